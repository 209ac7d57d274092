using System;
using System.Collections.Generic;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Queue;
using Penstock.HyperAmp.Services;
using Penstock.HyperAmp.Tests.Regions;
using Xunit;

namespace Penstock.HyperAmp.Tests.Queue;

/// <summary>The page after every step of a request, byte for byte (contract 1.1).</summary>
public sealed class GoldenBytesTests
{
    public static TheoryData<QueueLayout> Layouts => [QueueLayout.V1, QueueLayout.V2];

    [Theory]
    [InlineData(QueueLayout.V1, 0xb9738a0d728f2a2b)]
    [InlineData(QueueLayout.V2, 0x9c86373ced903c91)]
    public void An_initialised_page_has_the_known_hash(QueueLayout layout, ulong hash)
    {
        byte[] page = new byte[0x1000];
        QueueFormat.Initialise(new QueueView<ArrayWords>(new ArrayWords(page), layout));
        Assert.Equal(hash, Fnv1a64(page));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_step_of_a_request_leaves_the_known_bytes(QueueLayout layout)
    {
        byte[] page = new byte[0x1000];
        QueueView<ArrayWords> queue = new(new ArrayWords(page), layout);
        Sender<ArrayWords> sender = new(queue);
        Receiver<ArrayWords> receiver = new(queue);
        CapturedMessage[] captured = new CapturedMessage[queue.Capacity];

        QueueFormat.Initialise(queue);
        Expect("00000000 ff000000 ff00ff00", "00000000 00000000 00000000 00000100");

        queue.Mark = QueueMark.Idle;
        Expect("bbbbbbbb ff000000 ff00ff00", "00000000 00000000 00000000 00000100");

        int index = QueueLists.PopEmpty(queue);
        queue.Write(index, new Message(0, 1, 0, 0));
        Expect("bbbbbbbb ff000100 ff00ff00", "00000100 00000000 00000000 0000ff00");

        queue.Write(index, new Message(0, 1, 0, 6));
        Expect("bbbbbbbb ff000100 ff00ff00", "00000100 00000000 06000000 0000ff00");

        sender.Submit(index);
        Expect("bbbbbbbb ff000100 0000ff00", "00000100 00000000 06000000 0000ff00");

        Assert.True(sender.Kick(NewSide()));
        Expect("ffffffff ff000100 ff000000", "00000100 00000000 06000000 0000ff00");

        Assert.Equal(1, receiver.Collect(captured));
        receiver.Unlink();
        receiver.Complete(captured[0], ServiceResult.Success);
        receiver.Release();
        Expect("bbbbbbbb ff000100 ff00ff00", "03000100 00000000 06000000 0000ff00");

        QueueLists.PushEmpty(queue, index);
        Expect("bbbbbbbb ff000000 ff00ff00", "00000100 00000000 00000000 00000100");

        void Expect(string header, string entry)
        {
            string lockWord = layout == QueueLayout.V2 ? "0a000000" : "";
            string expected = (header + lockWord + entry).Replace(" ", "", StringComparison.Ordinal);
            Assert.Equal(expected, Convert.ToHexStringLower(page.AsSpan(0, expected.Length / 2)));
        }
    }

    [Theory]
    [InlineData(0x1000, 255)]
    [InlineData(0x2000, 511)]
    [InlineData(0x4000, 1023)]
    [InlineData(0x8000, 2047)]
    [InlineData(0x10000, 4095)]
    [InlineData(0x200000, 65535)]
    public void The_entry_count_follows_from_the_length_of_the_page(int length, int entries)
    {
        Assert.Equal(entries, QueueView<ArrayWords>.CapacityOf(length, QueueLayout.V1));
        Assert.Equal(entries, QueueView<ArrayWords>.CapacityOf(length, QueueLayout.V2));
    }

    [Theory]
    [InlineData(0, ServiceResult.Success, 0x0003)]
    [InlineData(0, ServiceResult.Fail, 0x0005)]
    [InlineData(0, ServiceResult.NotExists, 0x0007)]
    [InlineData(0xFFF8, ServiceResult.Success, 0xFFFB)]
    public void A_completed_flag_word_keeps_the_bits_nobody_knows(ushort before, ServiceResult result, ushort after) =>
        Assert.Equal(after, MessageFlag.Completed(before, result));

    [Fact]
    public void A_reset_word_keeps_the_bits_nobody_knows() => Assert.Equal(0xFFF8, MessageFlag.Reset(0xFFFF));

    [Theory]
    [MemberData(nameof(Layouts))]
    public void An_initialised_page_is_recognised_and_not_taken_for_the_other_layout(QueueLayout layout)
    {
        byte[] page = new byte[0x1000];
        ArrayWords words = new(page);
        Assert.True(QueueFormat.IsBlank(words));
        Assert.Null(QueueFormat.Detect(words));
        QueueFormat.Initialise(new QueueView<ArrayWords>(words, layout));
        Assert.Equal(layout, QueueFormat.Detect(words));
        Assert.False(QueueFormat.IsBlank(words));
        Assert.False(QueueFormat.Carries(words, layout == QueueLayout.V1 ? QueueLayout.V2 : QueueLayout.V1));
    }

    [Fact]
    public void A_chain_is_served_in_the_order_of_submission()
    {
        QueueView<ArrayWords> queue = new(new ArrayWords(new byte[0x1000]), QueueLayout.V2);
        QueueFormat.Initialise(queue);
        queue.Mark = QueueMark.Idle;
        Sender<ArrayWords> sender = new(queue);
        Receiver<ArrayWords> receiver = new(queue);
        for (int i = 0; i < 3; i++)
            sender.Submit(QueueLists.PopEmpty(queue));
        Assert.Equal(2, queue.WaitHead);
        Assert.True(sender.Kick(NewSide()));

        CapturedMessage[] captured = new CapturedMessage[queue.Capacity];
        Assert.Equal(3, receiver.Collect(captured));
        Assert.Equal([0, 1, 2], Indices(captured.AsSpan(0, 3)));
    }

    [Fact]
    public void A_chain_that_runs_into_itself_is_cut()
    {
        QueueView<ArrayWords> queue = new(new ArrayWords(new byte[0x1000]), QueueLayout.V2);
        QueueFormat.Initialise(queue);
        queue.SetNext(0, 1);
        queue.SetNext(1, 0);
        queue.Mark = QueueMark.Busy;
        queue.ProcHead = 0;
        Receiver<ArrayWords> receiver = new(queue);
        CapturedMessage[] captured = new CapturedMessage[queue.Capacity];
        Assert.Equal(2, receiver.Collect(captured));
        Assert.Equal(1, receiver.BrokenChains);
    }

    private static SideView<ArrayWords> NewSide()
    {
        SideGeometry geometry = new(255, 0x10000);
        SideView<ArrayWords> side = new(new ArrayWords(new byte[geometry.Length]), geometry);
        side.Initialise(2);
        return side;
    }

    private static List<int> Indices(ReadOnlySpan<CapturedMessage> captured)
    {
        List<int> indices = [];
        foreach (CapturedMessage message in captured)
            indices.Add(message.Index);
        return indices;
    }

    private static ulong Fnv1a64(ReadOnlySpan<byte> bytes)
    {
        // The known hashes start from 1469598103934665603: FNV's offset basis without its last decimal digit.
        ulong hash = 0x14650fb0739d0383;
        foreach (byte b in bytes)
            hash = (hash ^ b) * 0x100000001b3;
        return hash;
    }
}
