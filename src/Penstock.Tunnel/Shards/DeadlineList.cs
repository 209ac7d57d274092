namespace Penstock.Tunnel.Shards;

/// <summary>Things that expire the same time after they were last touched, in the order of their expiry.</summary>
/// <remarks>
/// <code>
///   oldest ⇄ ... ⇄ newest        expires: oldest.Touched + duration
/// </code>
/// Since the duration is one for the whole list, a touch is a move to the end, the next deadline is the oldest's, and
/// the least recently active is at hand. Single-threaded, no allocation.
/// </remarks>
/// <param name="duration">Microseconds from a touch to the expiry; 0 or less means never.</param>
internal sealed class DeadlineList<T>(long duration)
    where T : class
{
    private DeadlineNode<T>? _newest;

    /// <summary>Microseconds from a touch to the expiry; 0 or less means never. May change: the order does not depend on it.</summary>
    public long Duration { get; set; } = duration;

    /// <summary>The least recently touched, or null.</summary>
    public DeadlineNode<T>? Oldest { get; private set; }

    /// <summary>Nodes in the list.</summary>
    public int Count { get; private set; }

    /// <summary>When the oldest expires, in microseconds; <see cref="long.MaxValue"/> for never.</summary>
    public long NextDeadline => Oldest is null || Duration <= 0 ? long.MaxValue : Oldest.Touched + Duration;

    /// <summary>Adds the node, or moves it to the end; out of whichever list held it.</summary>
    public void Touch(DeadlineNode<T> node, long now)
    {
        if (ReferenceEquals(node.List, this))
        {
            node.Touched = now;
            if (ReferenceEquals(node, _newest))
                return;
        }
        node.List?.Remove(node);
        node.Touched = now;
        node.List = this;
        node.Older = _newest;
        if (_newest is null)
            Oldest = node;
        else
            _newest.Newer = node;
        _newest = node;
        Count++;
    }

    /// <summary>Takes the node out.</summary>
    public void Remove(DeadlineNode<T> node)
    {
        if (!ReferenceEquals(node.List, this))
            return;
        if (node.Older is null)
            Oldest = node.Newer;
        else
            node.Older.Newer = node.Newer;
        if (node.Newer is null)
            _newest = node.Older;
        else
            node.Newer.Older = node.Older;
        node.Older = null;
        node.Newer = null;
        node.List = null;
        Count--;
    }

    /// <summary>The oldest if it has expired; it stays in the list.</summary>
    public bool TryExpired(long now, out T? owner)
    {
        owner = NextDeadline <= now ? Oldest!.Owner : null;
        return owner is not null;
    }
}
