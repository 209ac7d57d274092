using System;
using Penstock.Linux;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Shards;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Tunnel.Uplinks;

// The way to a proxy:
//   1. Open           addresses known? else wait for the resolver
//   2. ConnectNext    one address after the other
//   3. OnConnected    the handshake begins
//   4. Fail           the proxy is the trouble: the next proxy, if there is one; a command has no effect on the app
//                     before its reply, so that it can be said again elsewhere
internal sealed partial class SocksStream
{
    private InetAddress[] _addresses = [];
    private int _nextAddress;
    private bool _wasWarm;

    /// <summary>There is no command yet.</summary>
    private bool IsWarming => _owner is null;

    public override void Open()
    {
        if (_step == Step.Ready && TryBeginWarm())
            return;
        _step = Step.Resolving;
        if (_proxy.Address.TryGetNow(out _addresses) || WaitForAddresses())
            Shard.Later(this);
        else
            Shard.Connecting.Touch(Deadline, Shard.Now);
    }

    private bool WaitForAddresses() => _proxy.Address.TryGet(() => Shard.PostPatiently(ShardMessage.Call(this)), out _addresses);

    /// <summary>The second half of <see cref="Open"/>, once the addresses are known, from the shard's loop.</summary>
    public void Continue()
    {
        if (_step != Step.Resolving)
            return;
        if (!_proxy.Health.IsUp && _choices?.HasBetter(_tried) == true)
        {
            GiveUp(UplinkFailure.HostUnreachable, $"the proxy is down: {_proxy.Health.Reason}");
            return;
        }
        // The call may have been meant for a proxy that this stream has left since then.
        if (_addresses.Length == 0 && !WaitForAddresses())
            return;
        ConnectNext(_proxy.Address.Failure is { Length: > 0 } why ? $"its name does not resolve: {why}" : "it has no address");
    }

    /// <summary>A timer of the handshake ran out.</summary>
    public override void OnDeadline()
    {
        if (_step == Step.Connecting)
        {
            DropSocket();
            ConnectNext("it did not answer in time", UplinkFailure.HostUnreachable);
        }
        else if (_step == Step.Resolving)
        {
            Fail(UplinkFailure.HostUnreachable, "the proxy's name was not resolved in time");
        }
        else if (_step == Step.Ready)
        {
            Lose(wasReady: true);
        }
        else
        {
            Fail(UplinkFailure.HostUnreachable, "the proxy went silent during the handshake");
        }
    }

    /// <summary>The health of a proxy has changed: goes elsewhere if its own is down, the command is not yet carried out, and another is up.</summary>
    public void Reconsider()
    {
        if (_proxy.Health.IsUp || IsWarming || _step is Step.Open or Step.Closed)
            return;
        if (_choices is not null)
        {
            // Those that were tried before may be well again.
            _tried = _choices.Only(_proxy);
            if (!_choices.HasBetter(_tried))
                return;
        }
        GiveUp(UplinkFailure.HostUnreachable, $"the proxy is down: {_proxy.Health.Reason}");
    }

    private void ConnectNext(string reason, UplinkFailure failure = UplinkFailure.Refused)
    {
        while (_nextAddress < _addresses.Length)
        {
            SysResult result = Connect(_addresses[_nextAddress++]);
            if (result.IsSuccess)
                return;
            DropSocket();
            reason = Refusal ?? result.Message;
            failure = FailureOf(result.Errno);
            if (result.Errno is Errno.EMFILE or Errno.ENFILE)
            {
                Shard.ReportNoDescriptor();
                FailQuietly(failure, reason);
                return;
            }
        }
        Fail(failure, Refusal is null ? $"the proxy cannot be reached: {reason}" : reason);
    }

    private SysResult Connect(InetAddress address)
    {
        Socks5Options options = _proxy.Options;
        SysResult result = Connect(address, options.Port, SocketBinding.Of(_proxy), options.TcpFastOpen);
        if (!result.IsSuccess)
            return result;
        ProxyHost = address;
        if (_command != SocksCommand.Connect)
            _destination = Unspecified(address);
        _step = Step.Connecting;
        return result;
    }

    private void OnConnected(bool failed)
    {
        if (failed)
        {
            int error = Socket!.TakeError();
            DropSocket();
            ConnectNext(SysResult.Failed(error).Message, FailureOf(error));
            return;
        }
        Greet();
    }

    /// <summary>The proxy is the trouble: what it does is not what a working proxy does.</summary>
    private void Fail(UplinkFailure failure, string reason)
    {
        string text = _proxy.IsOneOfSeveral ? $"{_proxy.Name}: {reason}" : reason;
        Shard.ReportProxy(text);
        // After the command the destination may be behind it: then a check decides.
        if (_step == Step.Reply)
            _proxy.Health.Suspect();
        else
            _proxy.Health.Failed(reason);
        GiveUp(failure, text);
    }

    /// <summary>Goes on to another proxy; without one, the attempt has failed.</summary>
    private void GiveUp(UplinkFailure failure, string reason)
    {
        _counters.Failed++;
        _wasWarm = false;
        if (_choices?.Choose(_source, ref _tried) is not { } next)
        {
            FailQuietly(failure, reason);
            return;
        }
        _counters.MovedOn++;
        Uncount();
        _proxy = next;
        _counters = next.CountersOf(Shard.Index);
        Count();
        StartOver();
    }

    /// <summary>The command goes out on the ready connection; false when that has just ended.</summary>
    private bool TryBeginWarm()
    {
        Span<byte> message = stackalloc byte[SocksClient.MaxRequest];
        int length = SocksClient.WriteRequest(message, _command, _destination);
        SysResult sent = Socket!.Send(message[..length]);
        if (!sent.IsSuccess || sent.Value != length)
        {
            DropSocket();
            return false;
        }
        _wasWarm = true;
        _counters.Warm++;
        Advance(Step.Reply);
        return true;
    }

    /// <summary>A ready connection ended without a word to its command: the same command on a fresh one.</summary>
    private bool TryAfresh()
    {
        if (!_wasWarm || _step != Step.Reply || _answerLength > 0)
            return false;
        _wasWarm = false;
        StartOver();
        return true;
    }

    /// <summary>A connection without a command is of no use any more.</summary>
    private void Lose(bool wasReady)
    {
        Close(reset: false);
        _pool!.OnLost(this, wasReady);
    }

    private static SocksDestination Unspecified(in InetAddress proxy) =>
        new(proxy.IsV6 ? InetAddress.FromV6(0, 0) : default, 0);

    private void StartOver()
    {
        Deadline.List?.Remove(Deadline);
        DropSocket();
        _nextAddress = 0;
        _answerLength = 0;
        IsRefused = false;
        Open();
    }

    /// <summary>The destination is the trouble, or it has been told.</summary>
    private void FailQuietly(UplinkFailure failure, string reason)
    {
        if (IsWarming)
        {
            Lose(wasReady: false);
            return;
        }
        Close(reset: false);
        _owner!.OnUplinkFailed(failure, reason);
    }
}
