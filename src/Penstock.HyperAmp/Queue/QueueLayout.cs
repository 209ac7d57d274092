namespace Penstock.HyperAmp.Queue;

/// <summary>The two layouts of the queue page; they differ by the lock word in the header.</summary>
/// <remarks>
/// <code>
///        0             4          6          8         10         12               16
///   V1   working_mark | buf_size | empty_h | wait_h | proc_ing_h | entries[] of 16 ...
///   V2   working_mark | buf_size | empty_h | wait_h | proc_ing_h | queue_lock, 3 0 | entries[] of 16 ...
///
///   entry   flag u16 | service u16 | offset u32 | length u32 | cur_idx u16 | nxt_idx u16
/// </code>
/// </remarks>
public enum QueueLayout
{
    /// <summary>Not known yet: what lies in the page decides, and a page of zeros becomes <see cref="V2"/>.</summary>
    Auto = 0,

    /// <summary>A header of 12 bytes.</summary>
    V1 = 1,

    /// <summary>A header of 16 bytes, with a lock byte.</summary>
    V2 = 2,
}
