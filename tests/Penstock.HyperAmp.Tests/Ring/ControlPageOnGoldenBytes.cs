using System;
using System.Text;
using Penstock.HyperAmp.Ring;
using Penstock.Linux.Memory;
using Xunit;

namespace Penstock.HyperAmp.Tests.Ring;

/// <summary>The ring's bytes against those that the original's code wrote.</summary>
public sealed class ControlPageOnGoldenBytes : IDisposable
{
    private const int PageSize = 4096;
    private readonly MappedMemory _memory = MappedMemory.CreateAnonymous("penstock-ring-golden", PageSize + 257 * PageSize);
    private readonly RingEnd _ring;

    public ControlPageOnGoldenBytes()
    {
        var memory = new RingMemory(_memory.Window);
        _ring = RingEnd.Create(
            memory.Slice(0, PageSize),
            memory.Slice(PageSize, 257 * PageSize),
            new RingGeometry(256, PageSize),
            new RingOptions { Locking = RingLocking.Interlocked },
            0xDE000000,
            0x1122334455667788);
    }

    public void Dispose() => _memory.Dispose();

    private string Hex(int offset, int length) => Convert.ToHexStringLower(_memory.Window.Span(offset, length));

    [Fact]
    public void Creation_writes_the_recorded_page()
    {
        Assert.Equal("000000000000000100100000000000de00000000887766554433221100000000" + "00000000", Hex(0, 36));
        Assert.Equal("0000000000000000000000000000000050514148010000000000000000000000", Hex(4036, 32));
        Assert.All(_memory.Window.Span(36, 4000).ToArray(), b => Assert.Equal(0, b));
        Assert.All(_memory.Window.Span(4068, 28).ToArray(), b => Assert.Equal(0, b));
    }

    [Fact]
    public void Enqueue_and_dequeue_leave_the_recorded_bytes()
    {
        var producer = new RingProducer(_ring);
        var consumer = new RingConsumer(_ring);
        Assert.Equal(RingResult.Ok, producer.TrySend(new(MessageType.Service, 1, 0), "hello"u8));
        Assert.Equal("000001000000000100100000", Hex(0, 12));
        Assert.Equal("00000000" + "00000000" + "01000000" + "00000000" + "50514148" + "01000000" + "01000000" + "00000000", Hex(4036, 32));
        Assert.All(_memory.Window.Span(PageSize, PageSize).ToArray(), b => Assert.Equal(0, b));
        Assert.Equal("011001000000050068656c6c6f00", Hex(2 * PageSize, 14));

        var payload = new byte[PageSize];
        Assert.Equal(RingResult.Ok, consumer.TryReceive(out MessageHeader header, payload));
        Assert.Equal(new MessageHeader(MessageType.Service, 1, 0, 5), header);
        Assert.Equal("hello", Encoding.ASCII.GetString(payload, 0, 5));
        Assert.Equal("000001000100000100100000", Hex(0, 12));
        Assert.Equal("02000000", Hex(4044, 4));
        Assert.Equal("01000000" + "01000000", Hex(4060, 8));
    }

    [Fact]
    public void After_one_round_the_ring_takes_255_more_and_then_is_full()
    {
        var producer = new RingProducer(_ring);
        var consumer = new RingConsumer(_ring);
        Assert.Equal(RingResult.Ok, producer.TrySend(new(MessageType.Data, 1, 0), []));
        Assert.Equal(RingResult.Ok, consumer.TryReceive(out _, []));
        for (int i = 0; i < 255; i++)
            Assert.Equal(RingResult.Ok, producer.TrySend(new(MessageType.Data, (ushort)i, 0), BitConverter.GetBytes(i)));
        Assert.Equal(RingResult.Full, producer.TrySend(new(MessageType.Data, 1, 0), []));
        var payload = new byte[4];
        for (int i = 0; i < 255; i++)
        {
            Assert.Equal(RingResult.Ok, consumer.TryReceive(out MessageHeader header, payload));
            Assert.Equal((i, i), (header.Frontend, BitConverter.ToInt32(payload)));
        }
        Assert.Equal(RingResult.Empty, consumer.TryReceive(out _, payload));
    }

    [Fact]
    public void The_message_behind_the_last_index_lies_in_the_block_at_1_MiB()
    {
        var producer = new RingProducer(_ring);
        var consumer = new RingConsumer(_ring);
        for (int i = 0; i < 255; i++)
        {
            Assert.Equal(RingResult.Ok, producer.TrySend(new(MessageType.Data, 0, 0), []));
            Assert.Equal(RingResult.Ok, consumer.TryReceive(out _, []));
        }
        Assert.Equal(RingResult.Ok, producer.TrySend(new(MessageType.Data, 0, 0), "last"u8));
        Assert.Equal("6c617374", Hex(PageSize + 0x100000 + MessageHeader.Size, 4));
        Assert.Equal("0000", Hex(2, 2));
    }

    [Fact]
    public void Structures_lie_as_recorded()
    {
        Span<byte> bytes = stackalloc byte[16];
        new BulkDescriptor(0x100000, 5, 4, -3).Write(bytes);
        Assert.Equal("00001000" + "05000000" + "04000000" + "fdffffff", Convert.ToHexStringLower(bytes));
        new SessionCreate(6, SessionState.SynSent, 50000, 0xC0A80164, 80, 0x08080808).Write(bytes);
        Assert.Equal("06" + "01" + "50c3" + "c0a80164" + "5000" + "0000" + "08080808", Convert.ToHexStringLower(bytes));
        Assert.True(SessionCreate.TryParse(bytes, out SessionCreate session));
        Assert.Equal(new SessionCreate(6, SessionState.SynSent, 50000, 0xC0A80164, 80, 0x08080808), session);
        new ForwardHeader(2, true, 300).Write(bytes);
        Assert.Equal("44574648" + "02" + "01" + "0000" + "2c010000", Convert.ToHexStringLower(bytes[..12]));
        var header = new byte[Penstock.HyperAmp.Services.SignedMessage.HeaderSize];
        Assert.True(Penstock.HyperAmp.Services.SignedMessage.TryWriteHeader(header, new byte[70], 9));
        Assert.Equal("31474953" + "4600" + "0000" + "09000000", Convert.ToHexStringLower(header.AsSpan(0, 12)));
    }

    [Fact]
    public void The_fixed_answer_is_118_bytes_and_declares_its_own_length()
    {
        string answer = Encoding.ASCII.GetString(HttpRequest.FixedAnswer);
        int body = answer.Length - answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4;
        Assert.Equal(118, answer.Length);
        Assert.Contains($"Content-Length: {body}\r\n", answer, StringComparison.Ordinal);
    }
}
