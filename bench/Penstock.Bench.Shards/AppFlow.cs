using Penstock.Stack.Tcp;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;

namespace Penstock.Bench.Shards;

/// <summary>The app's end of one flow: just the numbers that its next segment needs.</summary>
internal sealed class AppFlow(FlowKey key)
{
    public FlowKey Key { get; } = key;

    /// <summary>The stack's end, once it has opened.</summary>
    public TcpConnection? Connection { get; set; }

    /// <summary>The next byte that the app sends.</summary>
    public SeqNumber Seq { get; set; } = new(1000);

    /// <summary>The next byte that the app expects.</summary>
    public SeqNumber Ack { get; set; }
}
