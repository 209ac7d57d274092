using System;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Netlink;

/// <summary>Tells what happens to the interfaces of the network namespace in which it was opened.</summary>
/// <remarks>Needs no privilege. Watch <see cref="Descriptor"/>, then take all news. Used by one thread at a time.</remarks>
public sealed class LinkMonitor : IDisposable
{
    private readonly byte[] _buffer = new byte[32 * 1024];
    private int _descriptor;
    private int _start;
    private int _end;

    /// <summary>Begins to listen.</summary>
    /// <exception cref="SysException">The kernel refused.</exception>
    public LinkMonitor()
    {
        SysResult result = RouteSocket.Open(Libc.RTMGRP_LINK);
        result.ThrowOnError("listen for changes of interfaces");
        _descriptor = (int)result.Value;
        Linux.Descriptor.SetNonBlocking(_descriptor).ThrowOnError("listen for changes of interfaces");
    }

    /// <summary>Readable while news wait.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Takes the next piece of news; false when there is none now.</summary>
    public bool TryTake(out LinkChange change)
    {
        while (true)
        {
            ReadOnlySpan<byte> rest = _buffer.AsSpan(_start, _end - _start);
            while (NetlinkReply.TryTake(ref rest, out NetlinkReply reply))
            {
                _start = _end - rest.Length;
                if (!RouteSocket.TryReadLink(reply, out Link link))
                    continue;
                change = new LinkChange(reply.Type == Libc.RTM_DELLINK ? LinkChangeKind.Deleted : LinkChangeKind.Changed, link);
                return true;
            }
            SysResult result = Linux.Descriptor.Read(_descriptor, _buffer);
            _start = 0;
            _end = result.IsSuccess ? (int)result.Value : 0;
            if (_end == 0)
            {
                change = new LinkChange(LinkChangeKind.Missed, default);
                return result.Errno == Errno.ENOBUFS;
            }
        }
    }

    /// <summary>Stops listening.</summary>
    public void Dispose() => Linux.Descriptor.Close(ref _descriptor);
}
