using Penstock.Interleaving;
using Xunit;
using Xunit.Abstractions;

namespace Penstock.HyperAmp.Tests.Interleaving;

/// <summary>Every interleaving of whole requests through a channel. Real: lists, lock, allocator, sender, receiver.</summary>
public class ChannelUnderTheExplorer(ITestOutputHelper output)
{
    [Theory]
    [InlineData(MemoryModel.SequentiallyConsistent, 1)]
    [InlineData(MemoryModel.SequentiallyConsistent, 2)]
    [InlineData(MemoryModel.TotalStoreOrder, 1)]
    [InlineData(MemoryModel.WeakStores, 1)]
    public void A_client_and_the_service_finish_every_request(MemoryModel model, int batch)
    {
        Exploration found = Explore([batch], ChannelDefect.None, model, preemptions: null);
        Assert.Null(found.Failure);
        Assert.True(found.Schedules > 1000, "hardly anything was explored");
    }

    [Fact]
    public void Two_clients_and_the_service_finish_every_request_with_two_preemptions()
    {
        Exploration found = Explore([1, 1], ChannelDefect.None, MemoryModel.SequentiallyConsistent, preemptions: 2);
        Assert.Null(found.Failure);
        Assert.True(found.Schedules > 1000, "hardly anything was explored");
    }

    [Theory]
    [InlineData(ChannelDefect.LostIdle, new[] { 1, 1 }, "stuck for ever")]
    [InlineData(ChannelDefect.TornCompletion, new[] { 1 }, "dealt, and the result is None")]
    [InlineData(ChannelDefect.UseAfterCompletion, new[] { 1 }, "on the free list")]
    [InlineData(ChannelDefect.LostTransfer, new[] { 2, 1 }, "stuck for ever")]
    public void What_the_original_does_is_found_to_go_wrong(ChannelDefect defect, int[] batches, string reason)
    {
        Exploration found = Explore(batches, defect, MemoryModel.SequentiallyConsistent, preemptions: batches.Length > 1 ? 2 : null);
        Assert.Contains(reason, found.Failure?.Reason);
    }

    private Exploration Explore(int[] batches, ChannelDefect defect, MemoryModel model, int? preemptions)
    {
        ExplorerOptions options = new() { Model = model, Preemptions = preemptions, MemorySize = VirtualChannelWords.MemorySize };
        Exploration found = Explorer.Explore(
            $"channel, {string.Join(" and ", batches)} requests", m => new ChannelScenario(m, batches, defect), options);
        output.WriteLine(found.ToString());
        return found;
    }
}
