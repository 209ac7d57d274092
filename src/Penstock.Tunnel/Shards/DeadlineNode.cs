namespace Penstock.Tunnel.Shards;

/// <summary>A place in a <see cref="DeadlineList{T}"/>.</summary>
internal sealed class DeadlineNode<T>(T owner)
    where T : class
{
    /// <summary>Whose place it is.</summary>
    public T Owner { get; } = owner;

    /// <summary>When the owner was last touched, in microseconds.</summary>
    public long Touched { get; set; }

    /// <summary>The list that holds the node, or null.</summary>
    public DeadlineList<T>? List { get; set; }

    /// <summary>The node touched before this one.</summary>
    public DeadlineNode<T>? Older { get; set; }

    /// <summary>The node touched after this one.</summary>
    public DeadlineNode<T>? Newer { get; set; }
}
