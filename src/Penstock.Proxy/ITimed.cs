using System.Collections.Generic;

namespace Penstock.Proxy;

/// <summary>Whoever has a deadline in a <see cref="Deadlines"/>.</summary>
internal interface ITimed
{
    /// <summary>When the wait that is being timed began, or was last renewed; microseconds.</summary>
    long Since { get; }

    /// <summary>Its place in the row; kept by <see cref="Deadlines"/>.</summary>
    LinkedListNode<ITimed>? Place { get; set; }

    /// <summary>The time is over.</summary>
    void OnDeadline();
}
