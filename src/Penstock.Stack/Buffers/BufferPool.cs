using System;
using System.Runtime.CompilerServices;

namespace Penstock.Stack.Buffers;

/// <summary>A shard's packet buffers: free lists by size over one shared budget.</summary>
/// <remarks>
/// Sizes are 512 B, 2 KB, 8 KB, 32 KB and <see cref="Largest"/> (a super-packet with its headers). Free blocks are
/// reused last in, first out, while they are warm in the cache. Single-threaded; only the budget is shared.
/// </remarks>
/// <param name="memory">Where blocks come from.</param>
/// <param name="budget">The bound on what is rented, of all shards.</param>
/// <param name="exchange">Where shards that hand packets over meet; null for a pool on its own.</param>
/// <param name="advance">
/// Bytes that the pool takes from the budget in advance, so that shards do not meet there for every buffer; it keeps at
/// most twice as many.
/// </param>
public sealed class BufferPool(PacketMemory memory, MemoryBudget budget, BufferExchange? exchange = null, int advance = 0)
{
    /// <summary>The largest buffer: 65 535 bytes of packet, a virtio header in front, in whole pages.</summary>
    public const int Largest = 17 * 4096;

    internal const int SizeClasses = 5;

    private const int MostEmpty = 2048;
    private static readonly int[] Sizes = [512, 2048, 8192, 32768, Largest];
    private readonly PacketBuffer?[] _free = new PacketBuffer?[SizeClasses];
    private readonly int[] _adopted = new int[SizeClasses]; // since the last batch was given to the exchange
    private readonly int[] _freeCount = new int[Sizes.Length];
    private readonly int[] _freeLow = new int[Sizes.Length];
    private PacketBuffer? _empty; // without memory: what Trim keeps of a buffer
    private int _emptyCount;
    private long _credit; // taken from the budget, and not rented out

    /// <summary>The shared bound.</summary>
    public MemoryBudget Budget { get; } = budget;

    /// <summary>Buffers that this shard has rented out and not got back, adopted ones included.</summary>
    public int InUse { get; private set; }

    /// <summary>Bytes that lie in the free lists.</summary>
    public long FreeBytes { get; private set; }

    /// <summary>
    /// Makes ready what stands for so many more buffers, without their memory, so that the first burst does not need the
    /// collector's heap.
    /// </summary>
    public void Prepare(int size, int count)
    {
        memory.Prepare(Sizes[ClassOf(size)], count);
        for (; count > 0 && _emptyCount < MostEmpty; count--)
            Keep(new PacketBuffer());
    }

    /// <summary>Rents a buffer of at least <paramref name="size"/> bytes; false at the memory budget.</summary>
    /// <param name="size">1 to <see cref="Largest"/>.</param>
    /// <param name="lease">Covers exactly <paramref name="size"/> bytes; contents are undefined.</param>
    public bool TryRent(int size, out Lease lease)
    {
        int sizeClass = ClassOf(size);
        if (!TryTake(Sizes[sizeClass]))
        {
            lease = default;
            return false;
        }
        lease = Lend(sizeClass, size);
        return true;
    }

    /// <summary>Rents whatever the budget says: for a shard's own read buffer, without which nothing is ever freed.</summary>
    public Lease RentAlways(int size)
    {
        int sizeClass = ClassOf(size);
        if (!TryTake(Sizes[sizeClass]))
        {
            Budget.TakeAlways(Sizes[sizeClass] - (int)_credit);
            _credit = 0;
        }
        return Lend(sizeClass, size);
    }

    /// <summary>Copies text into the smallest buffer that holds it, so that it does not pin a large one.</summary>
    public bool TryCopy(ReadOnlySpan<byte> text, out Lease lease)
    {
        if (!TryRent(Math.Max(1, text.Length), out lease))
            return false;
        lease = lease.Slice(0, text.Length);
        text.CopyTo(lease.Span);
        return true;
    }

    /// <summary>
    /// Moves a piece that pins four times the block it needs into one of its own size: whatever the budget says, unless
    /// others hold the large one, since it gives more back than it takes.
    /// </summary>
    /// <returns>The claim to hold from now on: on the copy, or the same one.</returns>
    public Lease Shrink(in Lease piece)
    {
        int length = Math.Max(1, piece.Length);
        Lease own = default;
        if (4 * Sizes[ClassOf(length)] > piece.Pinned || (!piece.IsSole && !TryRent(length, out own)))
            return piece;
        if (!own.IsHeld)
            own = RentAlways(length);
        own = own.Slice(0, piece.Length);
        piece.Span.CopyTo(own.Span);
        piece.Release();
        return own;
    }

    /// <summary>Counts a buffer that came from another shard as this one's, and becomes its home.</summary>
    public void Adopt(in Lease lease)
    {
        lease.Adopt(this);
        _adopted[ClassOf(lease.Pinned)]++;
        InUse++;
    }

    /// <summary>Forgets a buffer that leaves for another shard; call before the mailbox takes it.</summary>
    public void Disown() => InUse--;

    /// <summary>Gives to the system what no burst has needed since the last call: half of the free buffers that stayed free.</summary>
    public void Trim()
    {
        Budget.Give(_credit);
        _credit = 0;
        for (int i = 0; i < Sizes.Length; i++)
        {
            int surplus = (_freeLow[i] + 1) / 2;
            for (; surplus > 0 && _free[i] is { } buffer; surplus--)
            {
                _free[i] = buffer.NextFree;
                _freeCount[i]--;
                FreeBytes -= Sizes[i];
                Empty(buffer);
            }
            _freeLow[i] = _freeCount[i];
            for (PacketBuffer? idle = exchange?.TryTake(i), next; idle is not null; idle = next)
            {
                next = idle.NextFree;
                Empty(idle);
            }
        }
    }

    internal void Take(PacketBuffer buffer)
    {
        int sizeClass = buffer.SizeClass;
        buffer.NextFree = _free[sizeClass];
        _free[sizeClass] = buffer;
        _freeCount[sizeClass]++;
        FreeBytes += Sizes[sizeClass];
        InUse--;
        _credit += Sizes[sizeClass];
        if (_credit > 2L * advance)
            GiveCredit();
        if (_adopted[sizeClass] >= BufferExchange.Batch && _freeCount[sizeClass] % BufferExchange.Batch == 0)
            GiveBack(sizeClass);
    }

    private bool TryTake(int bytes)
    {
        if (_credit < bytes)
            return TryTakeFromBudget(bytes);
        _credit -= bytes;
        return true;
    }

    /// <summary>With an advance while the budget has one; the last bytes are taken one buffer at a time.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTakeFromBudget(int bytes)
    {
        if (advance > 0 && Budget.TryTake(bytes + advance))
        {
            _credit += advance;
            return true;
        }
        if (!Budget.TryTake(bytes - (int)_credit))
            return false;
        _credit = 0;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void GiveCredit()
    {
        Budget.Give(_credit - advance);
        _credit = advance;
    }

    /// <summary>As many buffers as came from other shards go to whoever hands over next.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void GiveBack(int sizeClass)
    {
        PacketBuffer first = _free[sizeClass]!;
        PacketBuffer last = first;
        for (int i = 1; i < BufferExchange.Batch; i++)
            last = last.NextFree!;
        PacketBuffer? rest = last.NextFree;
        last.NextFree = null;
        if (exchange is null || !exchange.TryGive(sizeClass, first))
        {
            last.NextFree = rest;
            return;
        }
        _free[sizeClass] = rest;
        _adopted[sizeClass] -= BufferExchange.Batch;
        Count(sizeClass, -BufferExchange.Batch);
    }

    /// <summary>Takes a batch that another shard gave; false when there is none.</summary>
    private bool TryTakeBatch(int sizeClass)
    {
        if (exchange?.TryTake(sizeClass) is not { } chain)
            return false;
        _free[sizeClass] = chain;
        Count(sizeClass, BufferExchange.Batch);
        return true;
    }

    private void Count(int sizeClass, int change)
    {
        _freeCount[sizeClass] += change;
        _freeLow[sizeClass] = Math.Min(_freeLow[sizeClass], _freeCount[sizeClass]);
        FreeBytes += (long)change * Sizes[sizeClass];
    }

    private Lease Lend(int sizeClass, int size)
    {
        PacketBuffer? buffer = _free[sizeClass];
        if (buffer is null && !TryTakeBatch(sizeClass))
        {
            buffer = Fill(sizeClass);
        }
        else
        {
            buffer ??= _free[sizeClass]!;
            _free[sizeClass] = buffer.NextFree;
            buffer.NextFree = null;
            FreeBytes -= Sizes[sizeClass];
            _freeLow[sizeClass] = Math.Min(_freeLow[sizeClass], --_freeCount[sizeClass]);
        }
        buffer.Home = this;
        buffer.Hold();
        InUse++;
        return new Lease(buffer, 0, size);
    }

    /// <summary>Gives the memory to the system; the object stays, for when there is need again.</summary>
    private void Empty(PacketBuffer buffer)
    {
        memory.Free(buffer.Memory);
        buffer.Memory = default;
        buffer.NextFree = null;
        if (_emptyCount < MostEmpty)
            Keep(buffer);
    }

    private void Keep(PacketBuffer buffer)
    {
        _emptyCount++;
        buffer.NextFree = _empty;
        _empty = buffer;
    }

    private PacketBuffer Fill(int sizeClass)
    {
        PacketBuffer buffer = _empty ?? new PacketBuffer();
        if (_empty is not null)
        {
            _emptyCount--;
            _empty = buffer.NextFree;
            buffer.NextFree = null;
        }
        buffer.Memory = memory.Allocate(Sizes[sizeClass]);
        buffer.SizeClass = sizeClass;
        return buffer;
    }

    internal static int SizeOf(int sizeClass) => Sizes[sizeClass];

    private static int ClassOf(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Largest);
        return size switch
        {
            <= 512 => 0,
            <= 2048 => 1,
            <= 8192 => 2,
            <= 32768 => 3,
            _ => 4,
        };
    }
}
