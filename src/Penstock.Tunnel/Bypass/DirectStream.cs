using System;
using Penstock.Linux;
using Penstock.Linux.Events;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Uplinks;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Tunnel.Bypass;

/// <summary>A connection straight to the destination.</summary>
/// <remarks>
/// <code>
///   Resolving ─► Connecting ─► Open ─► Closed
///                  │  ▲
///                  └──┘ the next address
/// </code>
/// While it lives its ends are in the directory of direct flows: a flow that arrives on the device with the same ends is
/// this very connection, routed back into the tunnel.
/// </remarks>
internal sealed class DirectStream(Shard shard, FlowDirectory directory, BypassRules rules, SocksDestination destination, IUplinkOwner owner)
    : SocketStream(shard), IResumable
{
    private InetAddress[] _addresses = [];
    private int _next;
    private FlowKey _ends;
    private bool _isListed;
    private Step _step;

    private enum Step : byte
    {
        Resolving,
        Connecting,
        Open,
        Closed,
    }

    public override void Open()
    {
        if (destination.Name is not { } name)
        {
            _addresses = [destination.Address];
            Shard.Later(this);
        }
        else if (rules.Hosts[name].TryGet(() => Shard.PostPatiently(ShardMessage.Call(this)), out _addresses))
        {
            Shard.Later(this);
        }
        else
        {
            Shard.Connecting.Touch(Deadline, Shard.Now);
        }
    }

    /// <summary>The addresses are known; from the shard's loop.</summary>
    public void Continue()
    {
        if (_step != Step.Resolving)
            return;
        if (destination.Name is { } name)
        {
            if (_addresses.Length == 0)
                _addresses = rules.Hosts[name].Known;
            DirectRefusal none = DirectRefusal.Unresolved(name, _addresses, rules.Hosts[name].Failure);
            _addresses = Array.FindAll(_addresses, address => !rules.IsMapped(address));
            ConnectNext(none);
            return;
        }
        ConnectNext(default);
    }

    public override void OnDeadline()
    {
        Drop();
        ConnectNext(DirectRefusal.Because(_step == Step.Resolving ? "the name was not resolved in time" : "no answer in time"));
    }

    public override void Close(bool reset)
    {
        _step = Step.Closed;
        Unlist();
        base.Close(reset);
    }

    public override void OnReady(EpollReady ready)
    {
        if ((ready & (EpollReady.PeerClosed | EpollReady.HangUp | EpollReady.Error)) != 0)
            HasEndNear = true;
        if (_step == Step.Connecting)
        {
            if ((ready & (EpollReady.Writable | EpollReady.Error | EpollReady.HangUp)) != 0)
                OnConnected();
            return;
        }
        if (_step == Step.Open && (ready & EpollReady.Writable) != 0)
            owner.OnUplinkWritable();
        if (_step == Step.Open && (ready & ~EpollReady.Writable) != 0)
            owner.OnUplinkReadable();
    }

    private void OnConnected()
    {
        if (Socket!.TakeError() is not 0 and int error)
        {
            Drop();
            ConnectNext(DirectRefusal.Failed(SysResult.Failed(error), null), FailureOf(error));
            return;
        }
        _step = Step.Open;
        Deadline.List?.Remove(Deadline);
        owner.OnUplinkOpened();
        if (_step == Step.Open)
            owner.OnUplinkReadable();
    }

    private void ConnectNext(DirectRefusal refusal, UplinkFailure failure = UplinkFailure.HostUnreachable)
    {
        while (_next < _addresses.Length)
        {
            InetAddress address = _addresses[_next++];
            SysResult result = Connect(address, destination.Port, rules.Binding);
            if (result.IsSuccess)
            {
                _step = Step.Connecting;
                List(address);
                return;
            }
            Drop();
            refusal = DirectRefusal.Failed(result, Refusal);
            failure = FailureOf(result.Errno);
            if (result.Errno is not (Errno.EMFILE or Errno.ENFILE))
                continue;
            Shard.ReportNoDescriptor();
            break;
        }
        Close(reset: false);
        if (refusal.IsOurs)
            Shard.ReportDirect(refusal.Text);
        owner.OnUplinkFailed(failure, refusal.Text);
    }

    private void List(in InetAddress remote)
    {
        Linux.Sockets.SocketAddress local = Socket!.LocalAddress;
        _ends = new FlowKey(
            new InetEndpoint(InetAddress.Read(local.AddressBytes), local.Port), new InetEndpoint(remote, destination.Port));
        _isListed = true;
        directory.Claim(_ends, Shard.Index);
    }

    private void Unlist()
    {
        if (_isListed)
            directory.Release(_ends);
        _isListed = false;
    }

    private void Drop()
    {
        Unlist();
        DropSocket();
    }
}
