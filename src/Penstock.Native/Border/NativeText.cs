using System;
using System.Text;

namespace Penstock.Native.Border;

/// <summary>Text that goes out into a buffer of the host's.</summary>
internal static unsafe class NativeText
{
    /// <summary>Writes as much as there is room for, and a 0; the length of the whole in bytes is the result.</summary>
    /// <remarks>A cut falls between characters: the host never gets half of one.</remarks>
    public static long Write(string text, byte* buffer, nuint size)
    {
        if (buffer is null && size > 0)
            throw new BorderException(Status.InvalidArgument, "the buffer is NULL and its size is not 0");
        long length = Encoding.UTF8.GetByteCount(text);
        if (size == 0)
            return length;
        int room = (int)Math.Min(size - 1, int.MaxValue - 1);
        var target = new Span<byte>(buffer, room);
        Encoding.UTF8.GetEncoder().Convert(text, target, flush: true, out _, out int written, out _);
        buffer[written] = 0;
        return length;
    }
}
