using System;
using System.Numerics;

namespace Penstock.Tunnel.Shards;

/// <summary>Who is meant by each token of a shard's epoll.</summary>
/// <remarks>
/// <code>
///   token:  | generation (32) | slot (32) |        slot:  | page (24) | place in the page (8) |
/// </code>
/// Each token has a generation of its own, so that a slot, or a page that went and came again, never means somebody
/// whom an older token meant. A page whose slots are all free goes, save one, which the next storm's first find; and
/// the lowest free slot is taken, so that those who stay gather in few pages. 0 is nobody's token.
/// </remarks>
internal sealed class PollTokens
{
    private const int PageBits = 8;
    private const int PageSize = 1 << PageBits;
    private const int Word = 64;

    private Slot[]?[] _pages = new Slot[]?[Word];
    private Use[] _uses = new Use[Word];
    private ulong[] _withRoom = [ulong.MaxValue]; // a bit for each page, also for those that are not there
    private int _emptyPage = -1;
    private int _pageCount;
    private uint _generation;

    private struct Slot
    {
        public IPollable? Target;
        public uint Generation;
        public int NextFree;
    }

    /// <summary>What is used of a page; a free slot is named by its place + 1.</summary>
    private struct Use
    {
        public int Taken;
        public int FirstFree;
        public int Touched;
    }

    /// <summary>Slots that there is memory for.</summary>
    public int Capacity => _pageCount * PageSize;

    /// <summary>Takes a slot; its token.</summary>
    public ulong Take(IPollable target)
    {
        int page = FirstWithRoom();
        Slot[] slots = _pages[page] ?? Make(page);
        ref Use use = ref _uses[page];
        int place = use.FirstFree - 1;
        if (place >= 0)
            use.FirstFree = slots[place].NextFree;
        else
            place = use.Touched++;
        if (use.Taken++ == 0 && page == _emptyPage)
            _emptyPage = -1;
        if (use.Taken == PageSize)
            _withRoom[page / Word] &= ~(1UL << (page % Word));
        if (++_generation == 0)
            _generation = 1;
        slots[place].Target = target;
        slots[place].Generation = _generation;
        return (ulong)_generation << 32 | (uint)(page << PageBits | place);
    }

    /// <summary>Whom a token means; null when nobody any more.</summary>
    public IPollable? Find(ulong token)
    {
        int index = (int)(uint)token;
        if (_pages[index >> PageBits] is not { } slots)
            return null;
        ref Slot slot = ref slots[index & (PageSize - 1)];
        return slot.Generation == (uint)(token >> 32) ? slot.Target : null;
    }

    /// <summary>The token means nobody from now on; nothing happens when it did so already.</summary>
    public void Release(ulong token)
    {
        if (Find(token) is null)
            return;
        int page = (int)(uint)token >> PageBits;
        int place = (int)(uint)token & (PageSize - 1);
        ref Slot slot = ref _pages[page]![place];
        ref Use use = ref _uses[page];
        slot.Target = null;
        slot.NextFree = use.FirstFree;
        use.FirstFree = place + 1;
        _withRoom[page / Word] |= 1UL << (page % Word);
        if (--use.Taken == 0)
            OnEmpty(page);
    }

    private int FirstWithRoom()
    {
        for (int i = 0; i < _withRoom.Length; i++)
        {
            if (_withRoom[i] != 0)
                return i * Word + BitOperations.TrailingZeroCount(_withRoom[i]);
        }
        int page = _pages.Length;
        Array.Resize(ref _pages, 2 * page);
        Array.Resize(ref _uses, 2 * page);
        Array.Resize(ref _withRoom, 2 * page / Word);
        _withRoom.AsSpan(page / Word).Fill(ulong.MaxValue);
        return page;
    }

    private Slot[] Make(int page)
    {
        _uses[page] = default;
        _pageCount++;
        return _pages[page] = new Slot[PageSize];
    }

    /// <summary>One empty page stays, so that flows which come and go at a page's end make none.</summary>
    private void OnEmpty(int page)
    {
        int surplus = Math.Max(page, _emptyPage);
        _emptyPage = _emptyPage < 0 ? page : Math.Min(page, _emptyPage);
        if (surplus == _emptyPage)
            return;
        _pages[surplus] = null;
        _pageCount--;
    }
}
