using Penstock.HyperAmp.Services;

namespace Penstock.HyperAmp.Queue;

/// <summary>The flag word of a message: bit 0 dealt, bits 1 and 2 the result, the rest as found.</summary>
public static class MessageFlag
{
    private const ushort Dealt = 1;
    private const ushort Known = 7;

    /// <summary>True when the peer has finished with the message.</summary>
    public static bool IsDealt(ushort flag) => (flag & Dealt) != 0;

    /// <summary>The result; <see cref="ServiceResult.None"/> beside dealt is the first of two steps of an old peer.</summary>
    public static ServiceResult Result(ushort flag) => (ServiceResult)((flag >> 1) & 3);

    /// <summary>The word of a fresh message in an entry whose word was <paramref name="flag"/>.</summary>
    public static ushort Reset(ushort flag) => (ushort)(flag & ~Known);

    /// <summary>The word of a finished message: 3, 5 or 7 in the low bits.</summary>
    public static ushort Completed(ushort flag, ServiceResult result) =>
        (ushort)((flag & ~Known) | Dealt | ((int)result << 1));
}
