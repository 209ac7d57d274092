using System;
using System.Threading;

namespace Penstock.Tunnel.Proxies;

/// <summary>Whether a proxy is fit for new flows, as flows and checks have found. Thread-safe, without locks.</summary>
/// <remarks>
/// <code>
///          a flow or a check failed
///   up  ────────────────────────────►  down       both transitions wake the checker, which tells the log and
///       ◄────────────────────────────             the shards, and checks again at once
///          a check or a flow succeeded
/// </code>
/// One failed attempt is enough: a wrong verdict costs little, since the check that follows at once lifts it.
/// </remarks>
internal sealed class ProxyHealth
{
    private string _reason = "";
    private int _isDown;
    private int _isSuspect;

    /// <summary>Called from any thread when the checker has something to do; null while nobody checks.</summary>
    public Action? Wake { get; set; }

    public bool IsUp => Volatile.Read(ref _isDown) == 0;

    /// <summary>Why it is down, for a person.</summary>
    public string Reason => Volatile.Read(ref _reason);

    /// <summary>A flow or a check found that the proxy does not work.</summary>
    public void Failed(string reason)
    {
        if (Wake is not { } wake || Volatile.Read(ref _isDown) != 0)
            return;
        Volatile.Write(ref _reason, reason);
        if (Interlocked.Exchange(ref _isDown, 1) != 0)
            return;
        Volatile.Write(ref _isSuspect, 1);
        wake();
    }

    /// <summary>A flow met something odd: a check decides.</summary>
    public void Suspect()
    {
        if (Wake is { } wake && Interlocked.Exchange(ref _isSuspect, 1) == 0)
            wake();
    }

    /// <summary>A flow or a check found that the proxy works.</summary>
    public void Passed()
    {
        if (Volatile.Read(ref _isDown) != 0 && Interlocked.Exchange(ref _isDown, 0) != 0)
            Wake?.Invoke();
    }

    /// <summary>Takes the wish for a check at once.</summary>
    public bool TakeSuspicion() => Interlocked.Exchange(ref _isSuspect, 0) != 0;
}
