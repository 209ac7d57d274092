using System;
using Penstock.HyperAmp.Ring;
using Xunit;

namespace Penstock.HyperAmp.Tests.Ring;

/// <summary>Pages and messages that no correct peer writes.</summary>
public sealed class RingOnBrokenPages : IDisposable
{
    private readonly Region _region = new();

    public void Dispose() => _region.Dispose();

    private void Poke(int offset, ushort value) => BitConverter.TryWriteBytes(_region.Bytes[offset..], value);

    private RingResult Attach(RingOptions? options = null, ChannelLayout? layout = null)
    {
        RingResult result = RingChannel.TryAttach(_region.Memory, layout ?? ChannelLayout.Single, RingSide.Linux, options ?? new(), out RingChannel? channel);
        channel?.Dispose();
        return result;
    }

    [Fact]
    public void A_page_of_zeros_is_not_ready() => Assert.Equal(RingResult.NotReady, Attach());

    [Theory]
    [InlineData(ControlPageOffset.Capacity, 1)]
    [InlineData(ControlPageOffset.Capacity, 1024)]
    [InlineData(ControlPageOffset.Capacity, 0xffff)]
    [InlineData(ControlPageOffset.BlockSize, 0)]
    [InlineData(ControlPageOffset.BlockSize, 64)]
    [InlineData(ControlPageOffset.BlockSize, 0xffff)]
    [InlineData(ControlPageOffset.Header, 256)]
    [InlineData(ControlPageOffset.Tail, 0xffff)]
    public void Geometry_that_the_data_area_cannot_hold_is_refused_at_attach(int offset, ushort value)
    {
        using RingChannel creator = _region.Create();
        Poke(offset, value);
        Assert.Equal(RingResult.Corrupted, Attach());
    }

    [Fact]
    public void Channel_1_with_256_indices_is_refused_because_it_would_spill_into_channel_2()
    {
        ChannelLayout layout = ChannelLayout.Multi(1) with { };
        using RingChannel creator = _region.Create(layout: layout);
        Assert.Equal(RingResult.Ok, Attach(layout: layout));
        Poke(layout.Offset + ControlPageOffset.Capacity, 256);
        Assert.Equal(RingResult.Corrupted, Attach(layout: layout));
    }

    [Fact]
    public void Ends_that_disagree_about_separate_data_do_not_attach()
    {
        using (_region.Create(new() { SeparateData = true }))
            Assert.Equal(RingResult.Corrupted, Attach());
        using (_region.Create())
            Assert.Equal(RingResult.Corrupted, Attach(new() { SeparateData = true }));
    }

    [Theory]
    [InlineData(ControlPageOffset.Header, 256)]
    [InlineData(ControlPageOffset.Tail, 300)]
    public void Indices_that_go_bad_later_stop_both_ends_until_they_are_mended(int offset, ushort value)
    {
        using RingChannel creator = _region.Create();
        using RingChannel connector = _region.Attach();
        Poke(offset, value);
        Assert.Equal(RingResult.Corrupted, creator.Sender.TrySend(new(MessageType.Data, 1, 1), []));
        Assert.Equal(RingResult.Corrupted, connector.Receiver.TryReceive(out _, new byte[4096]));
        Poke(offset, 0);
        Assert.Equal(RingResult.Ok, creator.Sender.TrySend(new(MessageType.Data, 1, 1), []));
        Assert.Equal(RingResult.Ok, connector.Receiver.TryReceive(out _, new byte[4096]));
    }

    [Fact]
    public void A_capacity_that_changes_under_the_ring_is_never_used()
    {
        using RingChannel creator = _region.Create();
        using RingChannel connector = _region.Attach();
        Poke(ControlPageOffset.Capacity, 0xffff);
        Assert.Equal(RingResult.NotReady, creator.Sender.TrySend(new(MessageType.Data, 1, 1), []));
        Assert.Equal(RingResult.NotReady, connector.Receiver.TryReceive(out _, new byte[4096]));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(6, 4089)]
    [InlineData(6, 0xffff)]
    public void A_message_that_lies_about_itself_is_dropped_and_the_next_one_comes(int offset, ushort value)
    {
        using RingChannel creator = _region.Create();
        using RingChannel connector = _region.Attach();
        Assert.Equal(RingResult.Ok, creator.Sender.TrySend(new(MessageType.Data, 1, 1), "bad"u8));
        Assert.Equal(RingResult.Ok, creator.Sender.TrySend(new(MessageType.Data, 2, 2), "good"u8));
        Poke(0x2000 + 4096 + offset, value);
        var payload = new byte[4096];
        Assert.Equal(RingResult.Corrupted, connector.Receiver.TryReceive(out _, payload));
        Assert.All(payload, b => Assert.Equal(0, b));
        Assert.Equal(RingResult.Ok, connector.Receiver.TryReceive(out MessageHeader header, payload));
        Assert.Equal(2, header.Frontend);
        Assert.Equal(1, connector.Receiver.Dropped);
    }

    [Fact]
    public void A_payload_that_the_caller_has_no_room_for_stays_in_the_ring()
    {
        using RingChannel creator = _region.Create();
        using RingChannel connector = _region.Attach();
        Assert.Equal(RingResult.Ok, creator.Sender.TrySend(new(MessageType.Data, 1, 1), new byte[4088]));
        Assert.Equal(RingResult.TooLong, creator.Sender.TrySend(new(MessageType.Data, 1, 1), new byte[4089]));
        Assert.Equal(RingResult.TooLong, connector.Receiver.TryReceive(out _, new byte[4087]));
        Assert.Equal(RingResult.Ok, connector.Receiver.TryReceive(out MessageHeader header, new byte[4088]));
        Assert.Equal(4088, header.PayloadLength);
    }

    [Fact]
    public void A_region_too_short_for_the_layout_is_refused()
    {
        using var small = new Region(0x401000);
        Assert.Throws<ArgumentException>(() => small.Create());
        Assert.Throws<ArgumentException>(() => small.Attach());
    }
}
