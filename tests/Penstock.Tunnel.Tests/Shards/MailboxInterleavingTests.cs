using Penstock.Interleaving;
using Xunit;
using Xunit.Abstractions;

namespace Penstock.Tunnel.Tests.Shards;

/// <summary>Every interleaving of the mailbox's two sides. Real: the ring. Not real: its memory, and time.</summary>
public class MailboxInterleavingTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(MemoryModel.SequentiallyConsistent, 3)]
    [InlineData(MemoryModel.TotalStoreOrder, 3)]
    [InlineData(MemoryModel.WeakStores, 3)]
    public void One_producer_and_the_owner_lose_neither_message_nor_wake_up(MemoryModel model, int messages)
    {
        Exploration found = Explore(1, messages, capacity: 2, MailboxDefect.None, model, preemptions: null);
        Assert.Null(found.Failure);
        Assert.True(found.Schedules > 1000, "hardly anything was explored");
    }

    [Theory]
    [InlineData(MemoryModel.SequentiallyConsistent, 2)]
    [InlineData(MemoryModel.TotalStoreOrder, 1)]
    [InlineData(MemoryModel.WeakStores, 1)]
    public void Two_producers_and_the_owner_lose_neither_with_two_preemptions(MemoryModel model, int messages)
    {
        Exploration found = Explore(2, messages, capacity: 2, MailboxDefect.None, model, preemptions: 2);
        Assert.Null(found.Failure);
        Assert.True(found.Schedules > 1000, "hardly anything was explored");
    }

    [Theory]
    [InlineData(MailboxDefect.NoFence, 1, MemoryModel.TotalStoreOrder)]
    [InlineData(MailboxDefect.FlagCheckedBeforePublication, 1, MemoryModel.SequentiallyConsistent)]
    [InlineData(MailboxDefect.NoSecondLook, 1, MemoryModel.SequentiallyConsistent)]
    [InlineData(MailboxDefect.PlainPublication, 1, MemoryModel.WeakStores)]
    [InlineData(MailboxDefect.EmptiedTooEarly, 1, MemoryModel.SequentiallyConsistent)]
    [InlineData(MailboxDefect.ClaimWithoutCompareExchange, 2, MemoryModel.SequentiallyConsistent)]
    public void A_planted_defect_is_found(MailboxDefect defect, int producers, MemoryModel model)
    {
        Exploration found = Explore(producers, 3, capacity: 2, defect, model, producers > 1 ? 2 : null);
        Assert.NotNull(found.Failure);
    }

    private Exploration Explore(int producers, int each, int capacity, MailboxDefect defect, MemoryModel model, int? preemptions)
    {
        ExplorerOptions options = new()
        {
            Model = model,
            Preemptions = preemptions,
            MemorySize = VirtualMailboxMemory.Size(capacity),
        };
        Exploration found = Explorer.Explore(
            $"mailbox of {capacity}, {each} messages each", m => new MailboxScenario(m, producers, each, capacity, defect), options);
        output.WriteLine(found.ToString());
        return found;
    }
}
