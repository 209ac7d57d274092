using System;
using System.Linq;
using System.Text;
using Penstock.HyperAmp.Services;
using Xunit;

namespace Penstock.HyperAmp.Tests.Services;

/// <summary>The legacy sets against the vectors that were measured on the originals.</summary>
public class LegacyServicesOnVectors
{
    private static (ServiceResult Result, string Text) Call(ServiceSet set, ushort service, string text, int room)
    {
        var payload = new byte[room];
        Encoding.ASCII.GetBytes(text, payload);
        ServiceResult result = set.Run(service, payload);
        return (result, Encoding.ASCII.GetString(payload.AsSpan(0, Math.Max(0, payload.AsSpan().IndexOf((byte)0)))));
    }

    [Theory]
    [InlineData("original", 1, "164e2c2f1200")]
    [InlineData("original", 2, "164e2c2f1200")]
    [InlineData("original", 66, "68656c6c6f00")]
    [InlineData("original", 7, "68656c6c6f00")]
    [InlineData("mt", 1, "2a272e2e2d00")]
    [InlineData("mt", 2, "2a272e2e2d00")]
    [InlineData("mt", 66, "68656c6c6f00")]
    [InlineData("qos", 1, "164e2c2f1200")]
    [InlineData("npucore", 5, "2a272e2e2d00")]
    [InlineData("npucore", 6, "2a272e2e2d00")]
    public void Hello_with_its_terminator_becomes_the_recorded_bytes(string set, ushort service, string expected)
    {
        byte[] payload = "hello\0"u8.ToArray();
        Assert.Equal(ServiceResult.Success, ServiceSets.Find(set)!.Run(service, payload));
        Assert.Equal(expected, Convert.ToHexStringLower(payload));
    }

    [Fact]
    public void The_ring_masks_every_byte_it_is_given()
    {
        byte[] payload = "hello"u8.ToArray();
        Assert.Equal(ServiceResult.Success, new RingServices().Run(1, payload));
        Assert.Equal("323f363635", Convert.ToHexStringLower(payload));
        Assert.Equal(ServiceResult.Success, new RingServices().Run(2, payload));
        Assert.Equal("hello"u8, payload);
    }

    [Fact]
    public void The_table_mask_is_the_originals_key_at_every_position()
    {
        var payload = new byte[100];
        LegacyXor.ApplyTable(payload);
        byte[] key = Convert.FromHexString("7e2b40437dfb87f3fea240dd5c9a1a69");
        Assert.Equal(Enumerable.Range(0, 100).Select(i => key[i % 16]), payload);
    }

    [Theory]
    [InlineData(1, "hello")]
    [InlineData(2, "olleh")]
    [InlineData(3, "khoor")]
    [InlineData(4, "ebiil")]
    [InlineData(7, "uryyb")]
    [InlineData(8, "uryyb")]
    [InlineData(9, "210714636441")]
    [InlineData(10, "3610A686")]
    [InlineData(11, "4F9F2CAB")]
    public void Npucore_answers_as_recorded(ushort service, string expected) =>
        Assert.Equal((ServiceResult.Success, expected), Call(new NpuCoreServices(), service, "hello", 64));

    [Fact]
    public void Rotation_stays_within_the_case_and_leaves_the_rest()
    {
        Assert.Equal("abcABC 9!", Call(new NpuCoreServices(), 3, "xyzXYZ 9!", 32).Text);
        Assert.Equal("xyzXYZ 9!", Call(new NpuCoreServices(), 4, "abcABC 9!", 32).Text);
    }

    [Fact]
    public void The_generators_run_through_the_recorded_sequences()
    {
        var set = new NpuCoreServices();
        string[] xorShift = ["2714967881", "2238813396", "1250077441"];
        string[] linear = ["1103527590", "377401575", "662824084"];
        string[] letters = ["G", "X", "U", "X", "G"];
        Assert.Equal(xorShift, xorShift.Select(_ => Call(set, 12, "x", 32).Text));
        Assert.Equal(linear, linear.Select(_ => Call(set, 13, "x", 32).Text));
        Assert.Equal("yZWj2r4lcJg5ydaL", Call(set, 14, "x", 17).Text);
        Assert.Equal(letters, letters.Select(_ => Call(set, 15, "x", 32).Text));
    }

    [Fact]
    public void A_random_text_has_at_most_63_letters() => Assert.Equal(63, Call(new NpuCoreServices(), 14, "x", 200).Text.Length);

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(66)]
    public void Npucore_has_no_such_service(ushort service) =>
        Assert.Equal(ServiceResult.NotExists, new NpuCoreServices().Run(service, "hello\0"u8.ToArray()));

    [Theory]
    [InlineData("original", 1, 0, ServiceResult.Fail)]
    [InlineData("original", 1, 1, ServiceResult.Fail)]
    [InlineData("original", 66, 0, ServiceResult.Fail)]
    [InlineData("original", 9, 1, ServiceResult.Success)]
    [InlineData("mt", 1, 0, ServiceResult.Success)]
    [InlineData("mt", 1, 1, ServiceResult.Success)]
    [InlineData("mt", 9, 5, ServiceResult.Fail)]
    [InlineData("qos", 9, 5, ServiceResult.Fail)]
    [InlineData("npucore", 1, 0, ServiceResult.Fail)]
    public void Short_messages_and_unknown_ids_end_as_in_the_original(string set, ushort service, int length, ServiceResult expected) =>
        Assert.Equal(expected, ServiceSets.Find(set)!.Run(service, new byte[length]));

    [Fact]
    public void An_answer_is_cut_so_that_its_terminator_fits()
    {
        byte[] payload = "hello"u8.ToArray();
        Assert.Equal(ServiceResult.Success, new NpuCoreServices().Run(9, payload));
        Assert.Equal("2107\0"u8, payload);
        payload = "hello"u8.ToArray();
        Assert.Equal(ServiceResult.Success, new NpuCoreServices().Run(2, payload));
        Assert.Equal("olle\0"u8, payload);
    }

    [Fact]
    public void Bytes_above_127_count_as_unsigned()
    {
        Assert.Equal(5381ul * 33 + 0xff, TextHashes.Djb2([0xff]));
        Assert.Equal(unchecked((2166136261u ^ 0xff) * 16777619u), TextHashes.Fnv1a([0xff]));
    }

    [Fact]
    public void Text_behind_the_terminator_is_not_touched()
    {
        byte[] payload = "ab\0cd"u8.ToArray();
        Assert.Equal(ServiceResult.Success, new NpuCoreServices().Run(2, payload));
        Assert.Equal("ba\0cd"u8, payload);
    }
}
