using System;
using Penstock.HyperAmp.Services;

namespace Penstock.Cli.HyperAmp;

/// <summary>Whether an answer is one that the legacy sets would give.</summary>
internal static class AnswerCheck
{
    /// <summary>True for the right answer of 1, 2 and 66, and for any answer of a service whose function is not known here.</summary>
    public static bool IsRight(ushort service, ReadOnlySpan<byte> request, ReadOnlySpan<byte> answer)
    {
        if (answer.Length != request.Length)
            return false;
        if (service == 66)
            return answer.SequenceEqual(request);
        if (service is not (1 or 2))
            return true;
        byte[] table = request.ToArray(), constant = request.ToArray();
        LegacyXor.ApplyTable(table);
        for (int i = 0; i < constant.Length; i++)
            constant[i] ^= 0x42;
        return answer.SequenceEqual(table) || answer.SequenceEqual(constant);
    }
}
