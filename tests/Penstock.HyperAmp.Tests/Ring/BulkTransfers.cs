using System;
using System.Linq;
using System.Security.Cryptography;
using Penstock.HyperAmp.Ring;
using Penstock.HyperAmp.Services;
using Xunit;

namespace Penstock.HyperAmp.Tests.Ring;

/// <summary>The bulk window, with a correct backend and with answers no correct one gives.</summary>
public class BulkTransfers
{
    private const string Valid = """{"ts":1,"img":"a","lvl":2,"scr":0.5,"cnt":3,"tgt":"b"}""";

    private static (RingResult Result, byte[] Answer, int Status) Transfer(RingClient client, uint service, byte[] data)
    {
        var answer = new byte[data.Length];
        RingResult result = client.Transfer(service, data, answer, out int length, out int status, Region.Patience);
        return (result, answer[..length], status);
    }

    private static void WithBackend(Action<RingClient> test, ECDsa? key = null, bool separate = false)
    {
        var options = new RingOptions { SeparateData = separate };
        using var region = new Region();
        using RingChannel server = region.Create(options);
        using RingChannel channel = region.Attach(options);
        using var backend = new BackendThread(server, new() { VerifyKey = key });
        using var client = new RingClient(channel);
        test(client);
    }

    private static byte[] Signed(ECDsa key, ReadOnlySpan<byte> data)
    {
        var message = new byte[SignedMessage.HeaderSize + data.Length];
        data.CopyTo(message.AsSpan(SignedMessage.HeaderSize));
        Assert.True(SignedMessage.TrySign(message, key));
        return message;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_MiB_come_back_masked(bool separate) =>
        WithBackend(client =>
        {
            byte[] data = new byte[2 << 20];
            new Random(1).NextBytes(data);
            Assert.Equal(data, Transfer(client, 0, data).Answer);
            byte[] masked = Transfer(client, 1, data).Answer;
            Assert.Equal(data.Select(b => (byte)(b ^ 0x5A)), masked);
            Assert.Equal(data, Transfer(client, 2, masked).Answer);
        }, separate: separate);

    [Fact]
    public void Small_transfers_stay_whole_at_every_position_of_the_indices() =>
        WithBackend(client =>
        {
            for (int i = 0; i < 600; i++)
            {
                byte[] data = BitConverter.GetBytes(i);
                Assert.Equal(data, Transfer(client, 0, data).Answer);
            }
        });

    [Fact]
    public void An_answer_can_be_read_where_it_lies() =>
        WithBackend(client =>
        {
            byte[] data = new byte[1 << 20];
            new Random(4).NextBytes(data);
            byte[] seen = [];
            Assert.Equal(RingResult.Ok, client.Transfer(0, data, answer => seen = answer.ToArray(), out int status, Region.Patience));
            Assert.Equal(BulkStatus.Success, status);
            Assert.Equal(data, seen);
            bool called = false;
            Assert.Equal(RingResult.Failed, client.Transfer(6, data, _ => called = true, out status, Region.Patience));
            Assert.False(called);
        });

    [Fact]
    public void More_than_the_window_is_refused_before_anything_is_written() =>
        WithBackend(client => Assert.Equal(RingResult.TooLong, Transfer(client, 0, new byte[(2 << 20) + 1]).Result));

    [Fact]
    public void Verification_without_a_key_looks_at_the_shape_alone() =>
        WithBackend(client =>
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            byte[] message = Signed(key, "data"u8);
            Assert.Equal((RingResult.Ok, BulkStatus.Success), (Transfer(client, 3, message).Result, Transfer(client, 3, message).Status));
            Assert.Equal("data"u8, Transfer(client, 3, message).Answer);
            Assert.Equal("3e3b2e3b", Convert.ToHexStringLower(Transfer(client, 4, message).Answer));
            message[^1] ^= 1;
            Assert.Equal(RingResult.Ok, Transfer(client, 3, message).Result);
            message[12] = 0x31;
            Assert.Equal((RingResult.Failed, -2), (Transfer(client, 5, message).Result, Transfer(client, 5, message).Status));
            message[0] = 0;
            Assert.Equal(-1, Transfer(client, 3, message).Status);
            Assert.Equal(-3, Transfer(client, 3, new byte[83]).Status);
        });

    [Fact]
    public void Verification_with_a_key_refuses_changed_data_and_other_keys()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        WithBackend(client =>
        {
            byte[] message = Signed(key, "data"u8);
            Assert.Equal("data"u8, Transfer(client, 3, message).Answer);
            Assert.Equal("3e3b2e3b", Convert.ToHexStringLower(Transfer(client, 4, message).Answer));
            message[^1] ^= 1;
            Assert.Equal((RingResult.Failed, -2), (Transfer(client, 3, message).Result, Transfer(client, 3, message).Status));
            Assert.Equal(-2, Transfer(client, 3, Signed(other, "data"u8)).Status);
        }, key);
    }

    [Fact]
    public void Validation_wants_all_six_keys() =>
        WithBackend(client =>
        {
            byte[] text = System.Text.Encoding.ASCII.GetBytes(Valid);
            byte[] masked = Transfer(client, 7, text).Answer;
            Assert.Equal(text.Select(b => (byte)(b ^ 0x5A)), masked);
            Assert.Equal(text, Transfer(client, 8, masked).Answer);
            foreach (string key in new[] { "ts", "img", "lvl", "scr", "cnt", "tgt" })
            {
                byte[] missing = System.Text.Encoding.ASCII.GetBytes(Valid.Replace($"\"{key}\":", $"\"{key}\" ", StringComparison.Ordinal));
                Assert.Equal((RingResult.Failed, BulkStatus.MissingField), (Transfer(client, 7, missing).Result, Transfer(client, 7, missing).Status));
            }
        });

    [Fact]
    public void Unknown_services_are_refused() => WithBackend(client => Assert.Equal(BulkStatus.Refused, Transfer(client, 6, new byte[8]).Status));

    [Theory]
    [InlineData(0x0FFFFFu, 8u)]
    [InlineData(0x2FFFFFu, 2u)]
    [InlineData(0xFFFFFFFFu, 0xFFFFFFFFu)]
    [InlineData(0x100000u, 0xFFFFFFFFu)]
    public void A_request_outside_the_window_is_answered_with_an_error(uint offset, uint length)
    {
        using var region = new Region();
        using RingChannel server = region.Create();
        using RingChannel channel = region.Attach();
        Span<byte> payload = stackalloc byte[BulkDescriptor.Size];
        new BulkDescriptor(offset, length, 1, 0).Write(payload);
        Assert.Equal(RingResult.Ok, channel.Sender.TrySend(new(MessageType.Bulk, 1, 1), payload));
        Assert.True(new RingBackend(server).TryServeOne());
        Assert.Equal(RingResult.Ok, channel.Receiver.TryReceive(out _, payload));
        Assert.True(BulkDescriptor.TryParse(payload, out BulkDescriptor reply));
        Assert.Equal(new(offset, length, 1, BulkStatus.Refused), reply);
    }

    [Theory]
    [InlineData(0u, 8u)]
    [InlineData(0x100000u, 9u)]
    [InlineData(0x100004u, 8u)]
    [InlineData(0xFFFFFFFFu, 0xFFFFFFFFu)]
    public void An_answer_that_points_outside_what_was_sent_is_refused(uint offset, uint length)
    {
        using var region = new Region();
        using RingChannel server = region.Create();
        using RingChannel channel = region.Attach();
        using var client = new RingClient(channel);
        using var liar = new Liar(server, new BulkDescriptor(offset, length, 0, 1));
        var answer = new byte[64];
        Assert.Equal(RingResult.Corrupted, client.Transfer(0, new byte[8], answer, out int got, out _, Region.Patience));
        Assert.Equal(0, got);
        Assert.All(answer, b => Assert.Equal(0, b));
    }

    [Fact]
    public void After_a_timeout_the_window_is_quarantined_until_the_answer_comes()
    {
        using var region = new Region();
        using RingChannel server = region.Create();
        using RingChannel channel = region.Attach();
        using var client = new RingClient(channel);
        var backend = new RingBackend(server);
        byte[] data = [1, 2, 3];
        var answer = new byte[8];
        Assert.Equal(RingResult.TimedOut, client.Transfer(1, data, answer, out _, out _, TimeSpan.FromMilliseconds(10)));
        Assert.Equal(RingResult.Quarantined, client.Transfer(1, data, answer, out _, out _, Region.Patience));
        Assert.True(backend.TryServeOne());
        using (new BackendPump(backend))
            Assert.Equal(RingResult.Ok, client.Transfer(0, data, answer, out int length, out _, Region.Patience));
        Assert.Equal(1, client.LateAnswers);
    }
}
