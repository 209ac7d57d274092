using System;
using System.Buffers.Binary;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Queue;
using Penstock.HyperAmp.Services;
using Penstock.Interleaving;

namespace Penstock.HyperAmp.Tests.Interleaving;

/// <summary>Whole requests: clients of a shared channel and a service, production code over virtual memory.</summary>
/// <remarks>
/// A client takes an entry, writes a payload, submits, waits, reads the answer and returns the entry. The service adds
/// one to every payload. A planted defect replaces the step that it is about, and nothing else.
/// </remarks>
internal sealed class ChannelScenario : Scenario
{
    private const ushort ServiceId = 66;
    private readonly VirtualMemory _memory;
    private readonly ChannelDefect _defect;
    private readonly QueueView<VirtualChannelWords> _queue;
    private readonly SideView<VirtualChannelWords> _side;
    private int _answered;

    public ChannelScenario(VirtualMemory memory, int[] batches, ChannelDefect defect)
    {
        _memory = memory;
        _defect = defect;
        _queue = new(new VirtualChannelWords(memory, isSide: false), QueueLayout.V2);
        _side = new(new VirtualChannelWords(memory, isSide: true), VirtualChannelWords.Geometry);
        QueueFormat.Initialise(_queue);
        _queue.Mark = QueueMark.Idle;
        _side.Service = SideGeometry.OwnerSlots;
        _side.Hint = 1;
        int total = 0;
        foreach (int batch in batches)
            total += batch;
        Total = total;
        for (int i = 0; i < batches.Length; i++)
        {
            int client = i;
            Add($"client {i + 1}", () => Call(client, batches[client]));
        }
        Add("service", Serve);
    }

    private int Total { get; }

    public override void Check(ReadOnlySpan<byte> memory)
    {
        if (_answered != Total)
            throw new InvalidOperationException($"{_answered} of {Total} requests were answered");
        int free = 0;
        int capacity = VirtualChannelWords.Entries;
        for (int at = Word(memory, 6); at < capacity && free <= capacity; at = Word(memory, 16 + 16 * at + 14))
            free++;
        if (free != capacity)
            throw new InvalidOperationException($"{free} of {capacity} entries are on the free list");
        if (Word(memory, 8) < capacity || Word(memory, 10) < capacity)
            throw new InvalidOperationException("a list other than the free one is not at its end");
        bool mayBeBusy = _defect == ChannelDefect.LostIdle; // a mark stuck at BUSY matters once somebody waits for it
        if (!mayBeBusy && BinaryPrimitives.ReadUInt32LittleEndian(memory) != QueueMark.Idle)
            throw new InvalidOperationException("the mark is not idle");
        if (BinaryPrimitives.ReadUInt64LittleEndian(memory[176..]) != 0)
            throw new InvalidOperationException("payload units are still taken");
    }

    private void Call(int client, int batch)
    {
        SharedChannel<VirtualChannelWords> channel = new(_queue, _side, new OwnerToken(client, 1), new Everlasting());
        Span<int> entries = stackalloc int[batch];
        Span<uint> offsets = stackalloc uint[batch];
        Enter(channel);
        for (int i = 0; i < batch; i++)
        {
            if (channel.TryTake(8, 8, out entries[i], out PayloadBlock block) != TakeStatus.Taken)
                throw new InvalidOperationException("no entry or no payload");
            offsets[i] = block.First * 64;
            _memory.Store(VirtualChannelWords.PayloadPlace(offsets[i]), 8, Question(client, i));
            _queue.Write(entries[i], new Message(0, ServiceId, offsets[i], 8));
            if (i + 1 < batch)
                channel.Append(entries[i]);
            else if (_defect is ChannelDefect.None or ChannelDefect.TornCompletion or ChannelDefect.UseAfterCompletion)
                channel.Submit(entries[i]);
            else
                SubmitAsTheOriginal(entries[i]);
        }
        channel.Leave();
        for (int i = 0; i < batch; i++)
        {
            Await(channel, entries[i]);
            if (_memory.Load(VirtualChannelWords.PayloadPlace(offsets[i]), 8) != Question(client, i) + 1)
                throw new InvalidOperationException("a completed message without its answer");
            Enter(channel);
            channel.Return(entries[i]);
            channel.Leave();
            _answered++;
        }
    }

    private void Await(SharedChannel<VirtualChannelWords> channel, int entry)
    {
        while (true)
        {
            ushort flag = _queue.Flag(entry);
            if (MessageFlag.IsDealt(flag))
            {
                if (MessageFlag.Result(flag) != ServiceResult.Success)
                    throw new InvalidOperationException($"dealt, and the result is {MessageFlag.Result(flag)}");
                return;
            }
            if (NeedsKick(channel) && channel.TryEnter())
            {
                if (_defect is ChannelDefect.LostIdle or ChannelDefect.LostTransfer)
                    KickAsTheOriginal();
                else
                    channel.Kick();
                channel.Leave();
            }
            _memory.Pause();
        }
    }

    private bool NeedsKick(SharedChannel<VirtualChannelWords> channel) => _defect == ChannelDefect.LostTransfer
        ? _queue.IsEntry(_queue.WaitHead) && QueueMark.IsReady(_queue.Mark)
        : channel.NeedsKick;

    private void Enter(SharedChannel<VirtualChannelWords> channel)
    {
        while (!channel.TryEnter())
            _memory.Pause();
    }

    private void Serve()
    {
        Receiver<VirtualChannelWords> receiver = new(_queue);
        CapturedMessage[] messages = new CapturedMessage[VirtualChannelWords.Entries];
        for (int served = 0; served < Total;)
        {
            if (receiver.Look() is not (PageState.Chain or PageState.EarlyChain))
            {
                _memory.Pause();
                continue;
            }
            int count = receiver.Collect(messages);
            served += _defect is ChannelDefect.UseAfterCompletion or ChannelDefect.LostTransfer
                ? ServeHeadAsTheOriginal(receiver, messages[count - 1])
                : ServeChain(receiver, messages.AsSpan(0, count));
        }
    }

    private int ServeChain(Receiver<VirtualChannelWords> receiver, ReadOnlySpan<CapturedMessage> messages)
    {
        receiver.Unlink();
        foreach (CapturedMessage message in messages)
        {
            Handle(message);
            if (_defect == ChannelDefect.TornCompletion)
                _queue.SetFlag(message.Index, (ushort)(message.Message.Flag | 1));
            receiver.Complete(message, ServiceResult.Success);
        }
        receiver.Release();
        return messages.Length;
    }

    /// <summary>Contract 2.5: the head of the list, completed, then unlinked, and IDLE at once.</summary>
    private int ServeHeadAsTheOriginal(Receiver<VirtualChannelWords> receiver, CapturedMessage head)
    {
        Handle(head);
        if (_defect == ChannelDefect.UseAfterCompletion)
            receiver.Complete(head, ServiceResult.Success);
        int next = _queue.Next(head.Index);
        _queue.ProcHead = next;
        _queue.SetNext(head.Index, _queue.Capacity);
        if (_defect != ChannelDefect.UseAfterCompletion)
            receiver.Complete(head, ServiceResult.Success);
        receiver.Release();
        return 1;
    }

    private void Handle(in CapturedMessage message)
    {
        int place = VirtualChannelWords.PayloadPlace(message.Message.Offset);
        _memory.Store(place, 8, _memory.Load(place, 8) + 1);
    }

    private void SubmitAsTheOriginal(int entry)
    {
        QueueLists.PushWait(_queue, entry);
        KickAsTheOriginal();
    }

    /// <summary>Contract 2.4, step 4: IDLE is looked for, the list goes over, and BUSY comes last.</summary>
    private void KickAsTheOriginal()
    {
        int head = _queue.WaitHead;
        bool mayGo = QueueMark.IsReady(_queue.Mark) && (_defect == ChannelDefect.LostTransfer || !_queue.IsEntry(_queue.ProcHead));
        if (!_queue.IsEntry(head) || !mayGo)
            return;
        if (_defect == ChannelDefect.LostTransfer)
            _queue.Mark = QueueMark.Busy;
        _queue.ProcHead = head;
        _queue.WaitHead = _queue.Capacity;
        if (_defect == ChannelDefect.LostIdle)
            _queue.Mark = QueueMark.Busy;
    }

    private static ulong Question(int client, int number) => (ulong)(client * 16 + number * 4 + 1);

    private static int Word(ReadOnlySpan<byte> memory, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(memory[offset..]);

    private sealed class Everlasting : IOwnerLiveness
    {
        public bool IsAlive(int slot) => true;
    }
}
