using System;
using Penstock.HyperAmp.Ring;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Tests.Ring;

/// <summary>A region in an anonymous memory file, and channels on it.</summary>
internal sealed class Region : IDisposable
{
    private readonly MappedMemory _memory;

    public Region(int length = ChannelLayout.SingleRegion)
    {
        _memory = MappedMemory.CreateAnonymous("penstock-ring-test", length);
        Memory = new RingMemory(_memory.Window);
    }

    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);

    public RingMemory Memory { get; }

    public Span<byte> Bytes => _memory.Window.Span(0, _memory.Length);

    public string Hex(int offset, int length) => Convert.ToHexStringLower(Bytes.Slice(offset, length));

    public RingChannel Create(RingOptions? options = null, ChannelLayout? layout = null, RingSide side = RingSide.Remote) =>
        RingChannel.Create(Memory, layout ?? ChannelLayout.Single, side, options ?? new());

    public RingChannel Attach(RingOptions? options = null, ChannelLayout? layout = null, RingSide side = RingSide.Linux)
    {
        RingResult result = RingChannel.TryAttach(Memory, layout ?? ChannelLayout.Single, side, options ?? new(), out RingChannel? channel);
        return result == RingResult.Ok ? channel! : throw new InvalidOperationException($"attach: {result}");
    }

    public void Dispose() => _memory.Dispose();
}
