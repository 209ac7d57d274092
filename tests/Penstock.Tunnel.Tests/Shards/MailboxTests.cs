using System;
using Penstock.Tunnel.Shards;
using Xunit;

namespace Penstock.Tunnel.Tests.Shards;

/// <summary>A mailbox used by one thread: what each call promises.</summary>
public class MailboxTests
{
    private readonly CountingAlarm _alarm = new();

    [Fact]
    public void Messages_come_out_in_the_order_in_which_they_were_posted()
    {
        Mailbox<int> mailbox = new(_alarm, 8);
        MailboxReceiver<int> receiver = mailbox.AcquireReceiver();
        for (int round = 0; round < 10; round++)
        {
            for (int i = 0; i < 5; i++)
                Assert.True(mailbox.Sender.TryPost(round * 5 + i));
            for (int i = 0; i < 5; i++)
            {
                Assert.True(receiver.TryTake(out int message));
                Assert.Equal(round * 5 + i, message);
            }
            Assert.False(receiver.TryTake(out _));
        }
    }

    [Fact]
    public void A_full_mailbox_refuses_and_takes_again_once_a_slot_is_free()
    {
        Mailbox<string> mailbox = new(_alarm);
        MailboxReceiver<string> receiver = mailbox.AcquireReceiver();
        for (int i = 0; i < Mailbox<string>.DefaultCapacity; i++)
            Assert.True(mailbox.Sender.TryPost("kept"));
        Assert.False(mailbox.Sender.TryPost("refused"));
        Assert.Equal(Mailbox<string>.DefaultCapacity, mailbox.Depth);

        Assert.True(receiver.TryTake(out string? first));
        Assert.Equal("kept", first);
        Assert.True(mailbox.Sender.TryPost("last"));
        string? message = null;
        while (receiver.TryTake(out string? next))
            message = next;
        Assert.Equal("last", message);
        Assert.Equal(0, mailbox.Depth);
    }

    [Fact]
    public void Nobody_rings_for_an_owner_that_is_awake()
    {
        Mailbox<int> mailbox = new(_alarm, 4);
        MailboxReceiver<int> receiver = mailbox.AcquireReceiver();
        mailbox.Sender.TryPost(1);
        Assert.True(receiver.TryTake(out _));
        Assert.True(receiver.PrepareToSleep());
        receiver.Woken();
        mailbox.Sender.TryPost(2);
        Assert.Equal(0, _alarm.Rings);
    }

    [Fact]
    public void A_sleeping_owner_is_rung_for_once()
    {
        Mailbox<int> mailbox = new(_alarm, 4);
        MailboxReceiver<int> receiver = mailbox.AcquireReceiver();
        Assert.True(receiver.PrepareToSleep());
        mailbox.Sender.TryPost(1);
        mailbox.Sender.TryPost(2);
        Assert.Equal(1, _alarm.Rings);
    }

    [Fact]
    public void An_owner_with_a_message_waiting_may_not_block()
    {
        Mailbox<int> mailbox = new(_alarm, 4);
        MailboxReceiver<int> receiver = mailbox.AcquireReceiver();
        mailbox.Sender.TryPost(1);
        Assert.False(receiver.PrepareToSleep());
        mailbox.Sender.TryPost(2);
        Assert.Equal(0, _alarm.Rings);
    }

    [Fact]
    public void The_receiving_role_is_given_out_once()
    {
        Mailbox<int> mailbox = new(_alarm, 4);
        mailbox.AcquireReceiver();
        Assert.Throws<InvalidOperationException>(() => mailbox.AcquireReceiver());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(2 << 20)]
    public void A_capacity_that_is_no_power_of_two_or_out_of_range_is_told(int capacity) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mailbox<int>(_alarm, capacity));

    [Fact]
    public void Posting_and_taking_allocate_nothing()
    {
        Mailbox<(object, int)> mailbox = new(_alarm, 64);
        MailboxReceiver<(object, int)> receiver = mailbox.AcquireReceiver();
        object what = new();
        PostAndTake(mailbox, receiver, what);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            PostAndTake(mailbox, receiver, what);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void PostAndTake(Mailbox<(object, int)> mailbox, MailboxReceiver<(object, int)> receiver, object what)
        {
            mailbox.Sender.TryPost((what, 1));
            receiver.PrepareToSleep();
            receiver.TryTake(out _);
            receiver.PrepareToSleep();
            mailbox.Sender.TryPost((what, 2));
            receiver.Woken();
            receiver.TryTake(out _);
        }
    }
}
