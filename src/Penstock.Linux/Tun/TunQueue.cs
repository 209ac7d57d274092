using System;

namespace Penstock.Linux.Tun;

/// <summary>One queue of a TUN device: a call moves one packet, with the header of <see cref="TunFeatures.HeaderSize"/> in front.</summary>
/// <remarks>Owned by its device. Used by one thread at a time.</remarks>
public sealed class TunQueue
{
    internal TunQueue(int descriptor) => Descriptor = descriptor;

    /// <summary>The descriptor to watch: readable while packets wait, error once the device is deleted.</summary>
    public int Descriptor { get; }

    /// <summary>Reads one packet; what the buffer has no room for is cut off.</summary>
    /// <returns>EAGAIN when none waits; see <see cref="IsGone"/>.</returns>
    public SysResult Read(Span<byte> buffer) => Linux.Descriptor.Read(Descriptor, buffer);

    /// <summary>Writes one packet.</summary>
    /// <returns>EIO while the device is down, EINVAL for a malformed header; see <see cref="IsGone"/>.</returns>
    public SysResult Write(ReadOnlySpan<byte> packet) => Linux.Descriptor.Write(Descriptor, packet);

    /// <summary>Writes one packet from several parts.</summary>
    /// <returns>EIO while the device is down, EINVAL for a malformed header; see <see cref="IsGone"/>.</returns>
    public SysResult Write(ref GatherList list) => Linux.Descriptor.Write(Descriptor, ref list);

    /// <summary>Whether a read or write failed because the device was deleted: it never comes back on this descriptor.</summary>
    public static bool IsGone(SysResult result) => result.Errno is Errno.EBADFD or Errno.EBADF or Errno.ENODEV;

    internal void Close()
    {
        int descriptor = Descriptor;
        Linux.Descriptor.Close(ref descriptor);
    }
}
