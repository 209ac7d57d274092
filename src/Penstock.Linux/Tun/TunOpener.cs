using System;
using System.Collections.Generic;
using System.Text;
using Penstock.Linux.Interop;
using Penstock.Linux.Netlink;

namespace Penstock.Linux.Tun;

/// <summary>Opens the queues of a TUN device and negotiates what it can do.</summary>
/// <remarks>
/// 0. nobody else has the device, unless it is shared: the kernel would let us join one of several queues without a word.
/// 1. the first queue: its flags decide the device's; an existing device may insist on its own.
/// 2. the header's size, then the offloads, each asked for and dropped when refused.
/// 3. the other queues, by the name that the kernel gave.
/// </remarks>
internal sealed unsafe class TunOpener(TunRequest request)
{
    private const string Control = "/dev/net/tun";
    private const int HeaderSize = 10;
    private const uint Uso = Libc.TUN_F_USO4 | Libc.TUN_F_USO6;

    private readonly List<string> _refusals = [];
    private readonly List<TunQueue> _queues = [];
    private string _name = request.Name ?? "tun%d";

    internal string Name => _name;

    internal IReadOnlyList<TunQueue> Queues => _queues;

    internal TunFeatures Open()
    {
        if (request.Queues is < 1 or > 256)
            throw new TunException($"tunnel {_name}: {request.Queues} queues were asked for: a TUN device has 1 to 256");
        if (Encoding.UTF8.GetByteCount(_name) is 0 or >= Libc.IFNAMSIZ)
            throw new TunException($"tunnel name '{_name}': an interface name has 1 to 15 bytes");
        try
        {
            if (!request.Shared)
                RefuseIfInUse();
            bool header = request.Offload != TunOffload.None;
            bool multiQueue = OpenFirst(ref header);
            uint granted = header ? Negotiate() : Refuse();
            if (multiQueue)
                OpenOthers(header);
            return new TunFeatures
            {
                HeaderSize = header ? HeaderSize : 0,
                Checksum = (granted & Libc.TUN_F_CSUM) != 0,
                Tso4 = (granted & Libc.TUN_F_TSO4) != 0,
                Tso6 = (granted & Libc.TUN_F_TSO6) != 0,
                Uso = (granted & Uso) == Uso,
                Big = (request.Offload & TunOffload.Big) != 0 && (granted & (Libc.TUN_F_TSO4 | Libc.TUN_F_TSO6)) != 0,
                MultiQueue = multiQueue,
                Refusals = _refusals,
            };
        }
        catch
        {
            Close();
            throw;
        }
    }

    internal void Close()
    {
        foreach (TunQueue queue in _queues)
            queue.Close();
    }

    private void RefuseIfInUse()
    {
        using RouteSocket route = new();
        if (route.OpenQueues(_name) > 0)
            throw new TunException(InUse);
    }

    private bool OpenFirst(ref bool header)
    {
        bool multiQueue = request.Queues > 1 || request.Shared;
        int fd = OpenControl();
        SysResult result = Attach(fd, multiQueue, header);
        if (result.Errno == Errno.EINVAL)
        {
            // An existing device was made with the other choice and keeps it.
            multiQueue = !multiQueue;
            result = Attach(fd, multiQueue, header);
            if (result.IsSuccess && !multiQueue && request.Queues > 1)
                _refusals.Add($"{_name} was made with a single queue: one queue instead of {request.Queues} (make it with multi_queue to have more)");
        }
        if (!result.IsSuccess)
        {
            Descriptor.Close(ref fd);
            throw new TunException(Explain(result));
        }
        _queues.Add(new TunQueue(fd));

        // A multi-queue device that somebody else is attached to keeps the flags that it has.
        if (header && (ReadFlags(fd) & Libc.IFF_VNET_HDR) == 0)
        {
            header = false;
            _refusals.Add($"{_name} has another queue open without a virtio header: no offloads");
        }
        else if (!header && (ReadFlags(fd) & Libc.IFF_VNET_HDR) != 0)
        {
            throw new TunException($"{_name} is open elsewhere with a virtio header, and offloads are switched off here: close the other program, or allow offloads");
        }
        return multiQueue;
    }

    private uint Negotiate()
    {
        int fd = _queues[0].Descriptor;
        int size = HeaderSize;
        SysResult result = Descriptor.Ioctl(fd, Libc.TUNSETVNETHDRSZ, &size);
        if (!result.IsSuccess)
            throw new TunException($"{_name}: the kernel refuses a virtio header of {HeaderSize} bytes: {result}; switch offloads off");
        uint granted = 0;
        Wish(fd, TunOffload.Checksum, Libc.TUN_F_CSUM, "checksum", ref granted);
        if (granted == 0)
            return Refuse();
        Wish(fd, TunOffload.Tso4, Libc.TUN_F_TSO4, "TCP segmentation over IPv4", ref granted);
        Wish(fd, TunOffload.Tso6, Libc.TUN_F_TSO6, "TCP segmentation over IPv6", ref granted);
        Wish(fd, TunOffload.Uso, Uso, "UDP segmentation (Linux 6.2)", ref granted);
        return granted;
    }

    private void Wish(int fd, TunOffload offload, uint bits, string what, ref uint granted)
    {
        if ((request.Offload & offload) == 0)
            return;
        SysResult result = Descriptor.Ioctl(fd, Libc.TUNSETOFFLOAD, (void*)(nuint)(granted | bits));
        if (result.IsSuccess)
            granted |= bits;
        else
            _refusals.Add($"{_name}: the kernel refuses {what}: {result.Message}");
    }

    /// <summary>A persistent device keeps the offloads of whoever had it before, so none is said as well.</summary>
    private uint Refuse()
    {
        _ = Descriptor.Ioctl(_queues[0].Descriptor, Libc.TUNSETOFFLOAD, null);
        return 0;
    }

    private void OpenOthers(bool header)
    {
        while (_queues.Count < request.Queues)
        {
            int fd = OpenControl();
            SysResult result = Attach(fd, multiQueue: true, header);
            if (!result.IsSuccess)
            {
                Descriptor.Close(ref fd);
                _refusals.Add($"{_name}: queue {_queues.Count + 1} of {request.Queues} is refused: {result.Message}");
                return;
            }
            _queues.Add(new TunQueue(fd));
        }
    }

    private int OpenControl()
    {
        SysResult result = Descriptor.Open(Control, Libc.O_RDWR | Libc.O_NONBLOCK);
        if (result.IsSuccess)
            return (int)result.Value;
        throw new TunException(result.Errno switch
        {
            Errno.ENOENT or Errno.ENODEV or Errno.ENXIO => $"{_name}: {Control} is missing: load the module (modprobe tun), or give the container the device",
            Errno.EACCES or Errno.EPERM => $"{_name}: {Control} may not be opened ({result.Message}): run as root, or give the user the right to it",
            _ => $"{_name}: cannot open {Control}: {result}",
        });
    }

    private SysResult Attach(int fd, bool multiQueue, bool header)
    {
        ifreq interfaceRequest = default;
        Encoding.UTF8.GetBytes(_name, new Span<byte>(interfaceRequest.ifr_name, Libc.IFNAMSIZ - 1));
        interfaceRequest.ifr_flags = (short)(Libc.IFF_TUN | Libc.IFF_NO_PI
            | (multiQueue ? Libc.IFF_MULTI_QUEUE : 0) | (header ? Libc.IFF_VNET_HDR : 0));
        SysResult result = Descriptor.Ioctl(fd, Libc.TUNSETIFF, &interfaceRequest);
        if (result.IsSuccess)
            _name = Encoding.UTF8.GetString(new ReadOnlySpan<byte>(interfaceRequest.ifr_name, Libc.IFNAMSIZ)).TrimEnd('\0');
        return result;
    }

    private static int ReadFlags(int fd)
    {
        ifreq interfaceRequest = default;
        return Descriptor.Ioctl(fd, Libc.TUNGETIFF, &interfaceRequest).IsSuccess ? (ushort)interfaceRequest.ifr_flags : 0;
    }

    private string InUse => $"{_name}: the device is in use by another program: stop it, or choose another name";

    private string Explain(SysResult result) => result.Errno switch
    {
        Errno.EPERM => $"{_name}: no right to make or attach this device: run as root or with CAP_NET_ADMIN, or have it made for this user (ip tuntap add {_name} mode tun multi_queue user NAME)",
        Errno.EBUSY => InUse,
        Errno.EINVAL => $"{_name}: an interface of this name exists and is no TUN device, or the name is not allowed: choose another name",
        Errno.E2BIG => $"{_name}: all queues of the device are taken",
        _ => $"{_name}: the kernel refuses the device: {result}",
    };
}
