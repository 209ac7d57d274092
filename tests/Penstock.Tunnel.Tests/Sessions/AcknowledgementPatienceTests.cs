using Penstock.Tunnel.Sessions;
using Xunit;

namespace Penstock.Tunnel.Tests.Sessions;

/// <summary>How long small text waits for company, as acknowledgements alone prove needed or not.</summary>
public sealed class AcknowledgementPatienceTests
{
    private const long AppFirst = -1;

    private readonly AcknowledgementPatience _patience = new();

    [Fact]
    public void It_begins_short() => Assert.Equal(AcknowledgementPatience.Least, _patience.Microseconds);

    [Fact]
    public void It_grows_while_nobody_waited_up_to_its_bound()
    {
        long before = _patience.Microseconds;
        for (int i = 0; i < 1000; i++)
        {
            Assert.False(_patience.Learn(AppFirst));
            Assert.InRange(_patience.Microseconds, before, 2 * before);
            before = _patience.Microseconds;
        }
        Assert.Equal(AcknowledgementPatience.Most, before);
        Assert.InRange(AcknowledgementPatience.Most, 1_000, 10_000);
    }

    [Fact]
    public void A_few_that_nobody_waited_for_do_not_count()
    {
        for (int i = 0; i < 10; i++)
            _patience.Learn(AppFirst);
        Assert.Equal(AcknowledgementPatience.Least, _patience.Microseconds);
    }

    [Fact]
    public void One_proxy_that_waited_makes_it_short_again()
    {
        for (int i = 0; i < 1000; i++)
            _patience.Learn(AppFirst);
        Assert.True(_patience.Learn(0));
        Assert.Equal(AcknowledgementPatience.Least, _patience.Microseconds);
    }

    [Fact]
    public void Text_that_comes_a_little_later_proves_nothing()
    {
        Assert.True(_patience.Learn(AcknowledgementPatience.AnswersWithin - 1));
        for (int i = 0; i < 1000; i++)
            Assert.False(_patience.Learn(AcknowledgementPatience.AnswersWithin + i * 35));
        Assert.Equal(AcknowledgementPatience.Least, _patience.Microseconds);
    }

    [Fact]
    public void Text_that_comes_much_later_was_not_waiting()
    {
        for (int i = 0; i < 1000; i++)
            _patience.Learn(1_000_000);
        Assert.Equal(AcknowledgementPatience.Most, _patience.Microseconds);
    }
}
