using System.Threading;
using Penstock.Tunnel.Shards;
using Xunit;

namespace Penstock.Tunnel.Tests.Shards;

/// <summary>A mailbox under real threads, with an owner that really sleeps. Every wait has a watchdog.</summary>
public class MailboxUnderThreadsTests
{
    private const int Watchdog = 30_000;
    private const int Producers = 4;
    private const int Each = 5_000;

    [Fact]
    public void Every_message_of_every_producer_arrives_in_its_order_and_no_wake_up_is_lost()
    {
        CountingAlarm alarm = new();
        Mailbox<(int Producer, int Number)> mailbox = new(alarm, 64);
        MailboxReceiver<(int Producer, int Number)> receiver = mailbox.AcquireReceiver();
        Thread[] producers = new Thread[Producers];
        for (int i = 0; i < Producers; i++)
        {
            int producer = i;
            producers[i] = new Thread(() => Produce(mailbox.Sender, producer)) { IsBackground = true };
            producers[i].Start();
        }

        int[] next = new int[Producers];
        for (int taken = 0; taken < Producers * Each;)
        {
            while (receiver.TryTake(out (int Producer, int Number) message))
            {
                Assert.Equal(next[message.Producer]++, message.Number);
                taken++;
            }
            if (taken < Producers * Each && receiver.PrepareToSleep())
                Assert.True(alarm.Wait(Watchdog), $"asleep for ever after {taken} messages, {mailbox.Depth} inside");
            receiver.Woken();
        }
        foreach (Thread producer in producers)
            Assert.True(producer.Join(Watchdog));
        Assert.False(receiver.TryTake(out _));
    }

    private static void Produce(MailboxSender<(int Producer, int Number)> sender, int producer)
    {
        for (int number = 0; number < Each; number++)
        {
            while (!sender.TryPost((producer, number)))
                Thread.Yield();
        }
    }
}
