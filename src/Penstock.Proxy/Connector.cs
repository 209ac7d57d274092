using System;
using System.Collections.Generic;
using Penstock.Linux;
using Penstock.Linux.Sockets;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Proxy;

/// <summary>Opens a connection to a destination: resolves it, then tries its addresses in turn.</summary>
internal sealed class Connector : IRunnable, ITimed
{
    private readonly Worker _worker;
    private readonly ushort _port;
    private readonly Action<StreamEnd?, SocksReply> _done;
    private IReadOnlyList<InetAddress> _addresses = [];
    private int _next;
    private StreamEnd? _trying;
    private SocksReply _failure = SocksReply.HostUnreachable;
    private bool _over;

    /// <param name="worker">Whose thread this is.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="done">Called once: a connected end, or why there is none.</param>
    internal Connector(Worker worker, in SocksDestination destination, Action<StreamEnd?, SocksReply> done)
    {
        _worker = worker;
        _port = destination.Port;
        _done = done;
        Since = worker.Now;
        worker.Connects.Add(this);
        if (destination.Name is not { } name)
            _addresses = [destination.Address];
        else if (InetAddress.TryParse(name, out InetAddress literal))
            _addresses = [literal];
        else
            Resolution.Begin(worker, name, OnResolved);
    }

    public long Since { get; }

    public LinkedListNode<ITimed>? Place { get; set; }

    /// <summary>Begins, when no name has to be resolved first.</summary>
    internal void Start()
    {
        if (_addresses.Count != 0)
            TryNext();
    }

    /// <summary>Gives up; nobody is told.</summary>
    internal void Cancel()
    {
        _over = true;
        _worker.Connects.Remove(this);
        _trying?.Close();
    }

    public void OnDeadline()
    {
        if (!_over)
            Finish(null, SocksReply.HostUnreachable);
    }

    /// <summary>The socket that is being connected has news.</summary>
    public void Run()
    {
        if (_over || _trying is not { Writable: true } end)
            return;
        int error = end.Socket.TakeError();
        if (error == 0)
        {
            Finish(end, SocksReply.Succeeded);
            return;
        }
        Fail(error);
        TryNext();
    }

    private void OnResolved(IReadOnlyList<InetAddress> addresses)
    {
        if (_over)
            return;
        _addresses = addresses;
        TryNext();
    }

    private void TryNext()
    {
        while (_next < _addresses.Count)
        {
            InetAddress address = _addresses[_next++];
            SysResult result = Open(address);
            if (result.IsSuccess || result.IsInProgress)
                return;
            Fail(result.Errno);
        }
        Finish(null, _failure);
    }

    private SysResult Open(in InetAddress address)
    {
        SysResult result = StreamSocket.Create(address.IsV6 ? AddressFamily.Inet6 : AddressFamily.Inet, out StreamSocket? socket);
        if (!result.IsSuccess)
            return result;
        _trying = new StreamEnd(_worker, socket!, this);
        _ = socket!.SetNoDelay();
        result = _worker.Options.Outbound.Apply(socket, address.IsV6);
        if (!result.IsSuccess)
            return result;
        result = socket.Connect(Endpoints.ToSocket(address, _port));
        if (!result.IsSuccess && !result.IsInProgress)
            return result;
        return _trying.TryWatch() ? result : SysResult.Failed(Errno.ENOSPC);
    }

    private void Fail(int errno)
    {
        _trying?.Close();
        _trying = null;
        _failure = errno switch
        {
            Errno.ECONNREFUSED => SocksReply.ConnectionRefused,
            Errno.ENETUNREACH or Errno.ENETDOWN => SocksReply.NetworkUnreachable,
            Errno.EHOSTUNREACH or Errno.EHOSTDOWN or Errno.ETIMEDOUT => SocksReply.HostUnreachable,
            Errno.EACCES or Errno.EPERM => SocksReply.NotAllowed,
            _ => SocksReply.GeneralFailure,
        };
    }

    private void Finish(StreamEnd? end, SocksReply reply)
    {
        _over = true;
        _worker.Connects.Remove(this);
        if (end is null)
            _trying?.Close();
        _trying = null;
        _done(end, reply);
    }
}
