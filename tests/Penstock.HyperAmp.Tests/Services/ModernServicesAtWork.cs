using System;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Linq;
using System.Text;
using System.Threading;
using Penstock.HyperAmp.Services;
using Xunit;

namespace Penstock.HyperAmp.Tests.Services;

/// <summary>The modern set against published vectors and against tampering.</summary>
public sealed class ModernServicesAtWork : IDisposable
{
    private readonly ServiceKeys _keys = ServiceKeys.Generate();
    private readonly ModernServices _set;

    public ModernServicesAtWork() => _set = new ModernServices(_keys);

    public void Dispose() => _keys.Dispose();

    private static (ServiceResult Result, byte[] Answer) Call(ServiceSet set, ushort service, ReadOnlySpan<byte> input, int? room = null)
    {
        var message = new byte[room ?? ModernFrame.SizeFor(input.Length, input.Length + SignedMessage.HeaderSize)];
        Assert.True(ModernFrame.TryWrite(message, input));
        ServiceResult result = set.Run(service, message);
        return (result, result == ServiceResult.Success && ModernFrame.TryRead(message, out Span<byte> answer) ? answer.ToArray() : []);
    }

    [Fact]
    public void Sha256_of_abc_is_the_published_digest() =>
        Assert.Equal(
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            Convert.ToHexStringLower(Call(_set, ModernService.Sha256, "abc"u8).Answer));

    [Fact]
    public void Crc32c_of_the_nine_digits_is_the_published_sum() =>
        Assert.Equal(0xE3069283, BinaryPrimitives.ReadUInt32LittleEndian(Call(_set, ModernService.Crc32C, "123456789"u8).Answer));

    [Theory]
    [InlineData(0x00, 0x8A9136AAu)]
    [InlineData(0xFF, 0x62A8AB43u)]
    public void Crc32c_of_32_equal_bytes_is_that_of_RFC_3720(byte value, uint expected) =>
        Assert.Equal(expected, Checksums.Crc32C(Enumerable.Repeat(value, 32).ToArray()));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void What_is_sealed_opens_to_the_same_text(int length)
    {
        byte[] text = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        (ServiceResult result, byte[] sealedText) = Call(_set, ModernService.Seal, text);
        Assert.Equal(ServiceResult.Success, result);
        Assert.Equal(length + ModernServices.SealOverhead, sealedText.Length);
        Assert.Equal(text, Call(_set, ModernService.Open, sealedText).Answer);
    }

    [Theory]
    [InlineData(ModernService.Sha256)]
    [InlineData(ModernService.Crc32C)]
    [InlineData(ModernService.Seal)]
    [InlineData(ModernService.Sign)]
    public void A_message_with_room_for_the_longest_answer_is_as_short_as_can_be(ushort service)
    {
        int length = ModernFrame.SizeFor(2, ModernServices.LongestAnswer(service, 2));
        Assert.Equal(ServiceResult.Success, Call(_set, service, "ab"u8, length).Result);
        Assert.Equal(ServiceResult.Fail, Call(_set, service, "ab"u8, length - 1).Result);
    }

    [Fact]
    public void Sealing_twice_never_gives_the_same_bytes() =>
        Assert.NotEqual(Call(_set, ModernService.Seal, "text"u8).Answer, Call(_set, ModernService.Seal, "text"u8).Answer);

    [Fact]
    public void A_change_of_any_sealed_bit_is_refused()
    {
        byte[] sealedText = Call(_set, ModernService.Seal, "text"u8).Answer;
        for (int bit = 0; bit < sealedText.Length * 8; bit++)
        {
            byte[] bad = (byte[])sealedText.Clone();
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(ServiceResult.Fail, Call(_set, ModernService.Open, bad).Result);
        }
    }

    [Fact]
    public void A_refused_text_leaves_the_message_as_it_was()
    {
        byte[] sealedText = Call(_set, ModernService.Seal, "text"u8).Answer;
        sealedText[^1] ^= 1;
        var message = new byte[100];
        ModernFrame.TryWrite(message, sealedText);
        byte[] before = (byte[])message.Clone();
        Assert.Equal(ServiceResult.Fail, _set.Run(ModernService.Open, message));
        Assert.Equal(before, message);
    }

    [Fact]
    public void An_answer_without_room_fails_and_writes_nothing()
    {
        (ServiceResult result, _) = Call(_set, ModernService.Seal, "text"u8, ModernFrame.SizeFor(4, 4 + ModernServices.SealOverhead - 1));
        Assert.Equal(ServiceResult.Fail, result);
    }

    [Fact]
    public void A_signature_verifies_with_the_public_key_alone_and_for_its_data_alone()
    {
        byte[] signed = Call(_set, ModernService.Sign, "pay 1"u8).Answer;
        Assert.Equal(SignedShape.Ok, SignedMessage.HasSignedShape(signed, out _));
        using ServiceKeys publicKeys = _keys.PublicOnly();
        var verifier = new ModernServices(publicKeys);
        Assert.Equal("pay 1", Encoding.ASCII.GetString(Call(verifier, ModernService.Verify, signed).Answer));
        signed[^1] = (byte)'9';
        Assert.Equal(SignedShape.Ok, SignedMessage.HasSignedShape(signed, out _));
        Assert.Equal(ServiceResult.Fail, Call(verifier, ModernService.Verify, signed).Result);
        Assert.Equal(ServiceResult.Fail, Call(verifier, ModernService.Sign, "x"u8).Result);
    }

    [Fact]
    public void Another_key_verifies_nothing()
    {
        byte[] signed = Call(_set, ModernService.Sign, "data"u8).Answer;
        using ServiceKeys others = ServiceKeys.Generate();
        Assert.Equal(ServiceResult.Fail, Call(new ModernServices(others), ModernService.Verify, signed).Result);
    }

    [Fact]
    public void Without_keys_the_keyed_services_fail_and_the_others_work()
    {
        var set = new ModernServices(ServiceKeys.None());
        Assert.Equal(ServiceResult.Success, Call(set, ModernService.Sha256, "x"u8).Result);
        for (ushort service = ModernService.Seal; service <= ModernService.Verify; service++)
            Assert.Equal(ServiceResult.Fail, Call(set, service, new byte[200]).Result);
    }

    [Fact]
    public void Threads_share_one_set()
    {
        var failures = new ConcurrentQueue<string>();
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(n => new Thread(() =>
        {
            byte[] text = Encoding.ASCII.GetBytes($"thread {n}");
            for (int i = 0; i < 200; i++)
            {
                if (!Call(_set, ModernService.Open, Call(_set, ModernService.Seal, text).Answer).Answer.AsSpan().SequenceEqual(text))
                    failures.Enqueue($"{n}/{i}");
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            Assert.True(thread.Join(TimeSpan.FromSeconds(60)), "a sealing thread hangs");
        Assert.Empty(failures);
    }
}
