using Penstock.Linux;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Uplinks;

namespace Penstock.Tunnel.Bypass;

/// <summary>A stream that is never opened: its flow came from ourselves.</summary>
internal sealed class RefusedStream(Shard shard, string reason, IUplinkOwner owner) : UplinkStream, IResumable
{
    private bool _isClosed;

    public override bool EndIsNear => true;

    public override void Open() => shard.Later(this);

    public void Continue()
    {
        if (!_isClosed)
            owner.OnUplinkFailed(UplinkFailure.Prohibited, reason);
    }

    public override SysResult Send(ref GatherList pieces) => SysResult.Failed(Errno.ENOTCONN);

    public override SysResult Receive(ref ScatterList pieces) => SysResult.Failed(Errno.ENOTCONN);

    public override void ShutdownSend()
    {
    }

    public override bool AcknowledgeNow() => false;

    public override void Close(bool reset) => _isClosed = true;
}
