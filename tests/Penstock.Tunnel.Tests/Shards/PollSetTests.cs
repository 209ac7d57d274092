using System;
using System.Collections.Generic;
using Penstock.Linux.Events;
using Penstock.Tunnel.Shards;
using Xunit;

namespace Penstock.Tunnel.Tests.Shards;

/// <summary>Whom the events of a shard's epoll reach, while those who are watched come and go.</summary>
public sealed class PollSetTests
{
    private const int Storm = 15_000;
    private const int Page = 256;

    [Fact]
    public void A_storm_that_has_gone_leaves_no_memory_behind()
    {
        PollTokens tokens = new();
        ulong[] taken = Take(tokens, Storm);
        Assert.InRange(tokens.Capacity, Storm, Storm + Page);
        foreach (ulong token in taken)
            tokens.Release(token);
        Assert.Equal(Page, tokens.Capacity);
    }

    [Fact]
    public void Those_who_stay_are_found_and_hold_their_own_page_alone()
    {
        PollTokens tokens = new();
        Target first = new(), last = new();
        ulong low = tokens.Take(first);
        ulong[] storm = Take(tokens, Storm);
        ulong high = tokens.Take(last);
        foreach (ulong token in storm)
            tokens.Release(token);
        Assert.Same(first, tokens.Find(low));
        Assert.Same(last, tokens.Find(high));
        Assert.InRange(tokens.Capacity, 2 * Page, 3 * Page);
        Take(tokens, Page);
        Assert.InRange(tokens.Capacity, 2 * Page, 3 * Page);
    }

    [Fact]
    public void No_token_is_given_twice_and_an_old_one_means_nobody()
    {
        PollTokens tokens = new();
        HashSet<ulong> given = [0];
        for (int storm = 0; storm < 4; storm++)
        {
            foreach (ulong token in Take(tokens, 3000))
            {
                Assert.True(given.Add(token));
                tokens.Release(token);
            }
        }
        Take(tokens, 1000);
        foreach (ulong old in given)
        {
            Assert.Null(tokens.Find(old));
            tokens.Release(old);
        }
        Assert.InRange(tokens.Capacity, 1000, 1000 + Page);
    }

    [Fact]
    public void Whoever_comes_and_goes_in_any_order_is_found_while_there()
    {
        PollTokens tokens = new();
        Random random = new(5);
        List<(ulong Token, Target Target)> there = [];
        for (int step = 0; step < 200_000; step++)
        {
            bool grows = step / 25_000 % 2 == 0;
            if (there.Count == 0 || random.Next(10) < (grows ? 7 : 3))
            {
                Target target = new();
                there.Add((tokens.Take(target), target));
                continue;
            }
            int index = random.Next(there.Count);
            Assert.Same(there[index].Target, tokens.Find(there[index].Token));
            tokens.Release(there[index].Token);
            Assert.Null(tokens.Find(there[index].Token));
            there[index] = there[^1];
            there.RemoveAt(there.Count - 1);
        }
        foreach ((ulong token, Target target) in there)
            Assert.Same(target, tokens.Find(token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Page)]
    [InlineData(3 * Page)]
    public void Coming_and_going_allocates_nothing(int others)
    {
        PollTokens tokens = new();
        Take(tokens, others);
        Target target = new();
        tokens.Release(tokens.Take(target));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            tokens.Release(tokens.Take(target));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void An_event_of_before_a_removal_reaches_nobody()
    {
        using PollSet poll = new();
        EventFd[] descriptors = new EventFd[3 * Page];
        ulong[] tokens = new ulong[descriptors.Length];
        int called = 0;
        // Whoever is called first removes all the others, and watches two of them anew.
        Target ender = new();
        Target anew = new();
        ender.Called = () =>
        {
            called++;
            for (int i = 0; i < tokens.Length; i++)
            {
                poll.Remove(tokens[i]);
                descriptors[i].Dispose();
            }
            for (int i = 0; i < 2; i++)
            {
                descriptors[i] = new EventFd();
                poll.Add(descriptors[i].Descriptor, anew, EpollInterest.Readable, out tokens[i]).ThrowOnError("watch");
            }
        };
        for (int i = 0; i < descriptors.Length; i++)
        {
            descriptors[i] = new EventFd();
            descriptors[i].Signal();
            poll.Add(descriptors[i].Descriptor, ender, EpollInterest.Readable, out tokens[i]).ThrowOnError("watch");
        }

        int ready = poll.Wait(0);
        Assert.Equal(Page, ready);
        poll.Dispatch(ready);
        Assert.Equal(1, called);
        Assert.Equal(Page, poll.Capacity);

        bool reached = false;
        anew.Called = () => reached = true;
        descriptors[0].Signal();
        poll.Dispatch(poll.Wait(0));
        Assert.True(reached);
        foreach (EventFd descriptor in descriptors)
            descriptor.Dispose();
    }

    private static ulong[] Take(PollTokens tokens, int count)
    {
        ulong[] taken = new ulong[count];
        for (int i = 0; i < count; i++)
            taken[i] = tokens.Take(new Target());
        return taken;
    }

    private sealed class Target : IPollable
    {
        public Action? Called { get; set; }

        public void OnReady(EpollReady ready) => Called?.Invoke();
    }
}
