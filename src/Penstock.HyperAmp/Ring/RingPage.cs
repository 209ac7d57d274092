using System.Runtime.CompilerServices;
using Penstock.HyperAmp.Regions;

namespace Penstock.HyperAmp.Ring;

/// <summary>The steps of a ring's protocol on its control page, without the bytes of the messages.</summary>
/// <remarks>
/// <code>
///   producer   Claim ─ write the block ─ Publish            consumer   Peek ─ copy the block ─ Release
///                                          │ header (release)     ▲ acquire
///                                          └──────────────────────┘
///   producer's Claim  ▲ acquire                                        tail (release) │
///                     └───────────────────────────────────────────────────────────────┘
/// </code>
/// Both indices and the capacity come in one aligned load, and each is checked against the latched capacity before it
/// names a block. Generic over the words, so that the interleaving explorer runs these very lines.
/// </remarks>
/// <param name="words">The control page.</param>
/// <param name="capacity">The latched number of indices.</param>
public readonly struct RingPage<TWords>(TWords words, int capacity)
    where TWords : struct, ISharedWords
{
    private readonly TWords _words = words;

    /// <summary>The latched number of indices.</summary>
    public int Capacity => capacity;

    /// <summary>The page itself.</summary>
    public TWords Words => _words;

    /// <summary>Both indices and the capacity, of one moment.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RingHead ReadHead() => new(_words.ReadUInt64(ControlPage.Head));

    /// <summary>Finds the block that the next message goes into.</summary>
    /// <param name="block">1 to the capacity.</param>
    /// <param name="onlyWhenEmpty">Refuses while a message waits.</param>
    public RingResult Claim(out int block, bool onlyWhenEmpty = false)
    {
        block = 0;
        // Acquire: pairs with BLOCK READ, so that the block's last reader is done with it.
        RingHead head = ReadHead();
        if (!head.IsValid(capacity))
            return Refusal(head);
        if (After(head.Header) == head.Tail || (onlyWhenEmpty && head.Header != head.Tail))
            return RingResult.Full;
        block = head.Header + 1;
        return RingResult.Ok;
    }

    /// <summary>Shows a written block to the consumer.</summary>
    /// <param name="block">The claimed block.</param>
    /// <param name="count">Messages enqueued, this one included.</param>
    public void Publish(int block, uint count)
    {
        // BLOCK WRITTEN, release: the consumer that sees the index sees the block.
        _words.WriteUInt16(ControlPage.Header, (ushort)After(block - 1));
        _words.WriteUInt32(ControlPage.EnqueueCount, count);
    }

    /// <summary>Finds the block of the oldest message.</summary>
    public RingResult Peek(out int block)
    {
        block = 0;
        // Acquire: pairs with BLOCK WRITTEN.
        RingHead head = ReadHead();
        if (!head.IsValid(capacity))
            return Refusal(head);
        if (head.Header == head.Tail)
            return RingResult.Empty;
        block = head.Tail + 1;
        return RingResult.Ok;
    }

    /// <summary>Gives a copied block back to the producer.</summary>
    /// <param name="block">The block that Peek found.</param>
    /// <param name="count">Messages dequeued, this one included.</param>
    public void Release(int block, uint count)
    {
        // BLOCK READ, release: the producer that sees the index may overwrite the block.
        _words.WriteUInt16(ControlPage.Tail, (ushort)After(block - 1));
        _words.WriteUInt32(ControlPage.DequeueCount, count);
    }

    /// <summary>Messages ever enqueued, as the page counts them.</summary>
    public uint ReadEnqueueCount() => _words.ReadUInt32(ControlPage.EnqueueCount);

    /// <summary>Messages ever dequeued, as the page counts them.</summary>
    public uint ReadDequeueCount() => _words.ReadUInt32(ControlPage.DequeueCount);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int After(int index) => index + 1 == capacity ? 0 : index + 1;

    private RingResult Refusal(RingHead head) => head.Capacity == capacity ? RingResult.Corrupted : RingResult.NotReady;
}
