using System;
using Penstock.HyperAmp.Services;
using Xunit;

namespace Penstock.HyperAmp.Tests.Services;

/// <summary>Every id of every set on every length of seeded rubbish, between guard bytes.</summary>
public class ServicesOnHostileInput
{
    private const int Guard = 32;

    [Theory]
    [InlineData("original")]
    [InlineData("mt")]
    [InlineData("qos")]
    [InlineData("npucore")]
    [InlineData("ring")]
    [InlineData("modern")]
    public void Nothing_outside_the_message_changes_and_nothing_throws(string name)
    {
        using ServiceKeys keys = ServiceKeys.Generate();
        ServiceSet set = ServiceSets.Find(name, keys)!;
        var random = new Random(7);
        int ran = 0;
        for (int length = 0; length <= 200; length++)
        {
            for (ushort service = 0; service < 0x110; service = service == 80 ? (ushort)0x0fe : (ushort)(service + 1))
            {
                var memory = new byte[length + 2 * Guard];
                random.NextBytes(memory);
                // Half of the frames of the modern set have a length that could be true.
                if (length >= 4 && (length & 1) == 0)
                    BitConverter.TryWriteBytes(memory.AsSpan(Guard), random.Next(length));
                byte[] before = (byte[])memory.Clone();
                ServiceResult result = set.Run(service, memory.AsSpan(Guard, length));
                Assert.InRange(result, ServiceResult.Success, ServiceResult.NotExists);
                Assert.Equal(before.AsSpan(0, Guard), memory.AsSpan(0, Guard));
                Assert.Equal(before.AsSpan(Guard + length), memory.AsSpan(Guard + length));
                ran++;
            }
        }
        Assert.Equal(201 * (81 + 18), ran);
    }

    [Fact]
    public void Every_named_set_is_found_under_its_own_name()
    {
        foreach (string name in ServiceSets.Names)
            Assert.Equal(name, ServiceSets.Find(name)!.Name);
        Assert.Null(ServiceSets.Find("no such set"));
    }
}
