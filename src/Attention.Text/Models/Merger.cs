namespace Attention.Text;

/// <summary>A token in the making: its id and its stretch of the piece.</summary>
internal record struct Symbol(int Id, int Start, int End);

/// <summary>Merges neighbours (Sennrich et al., 2016): always the pair of the lowest rank, of equals the leftmost, until none merges. Scratch.</summary>
internal sealed class Merger(MergeTable merges)
{
    /// <summary>Up to here looking through all pairs is faster than a heap.</summary>
    private const int Short = 24;

    private readonly int[] _ranks = new int[Short], _merged = new int[Short];
    private Link[] _links = [];
    private readonly Heap _heap = new();

    private struct Link
    {
        public int Previous, Next, Rank, Merged;
    }

    /// <summary>Merges in place; how many symbols are left at the span's front.</summary>
    public int Merge(Span<Symbol> symbols) => symbols.Length <= Short ? MergeShort(symbols) : MergeLong(symbols);

    private int MergeShort(Span<Symbol> symbols)
    {
        Span<int> ranks = _ranks, merged = _merged;
        int count = symbols.Length;
        for (int i = 0; i + 1 < count; i++) ranks[i] = merges.Find(symbols[i].Id, symbols[i + 1].Id, out merged[i]);
        while (count > 1)
        {
            int best = 0;
            for (int i = 1; i < count - 1; i++)
            {
                if (ranks[i] < ranks[best]) best = i;
            }
            if (ranks[best] == int.MaxValue) break;
            symbols[best] = new(merged[best], symbols[best].Start, symbols[best + 1].End);
            symbols[(best + 2)..count].CopyTo(symbols[(best + 1)..]);
            ranks[(best + 2)..count].CopyTo(ranks[(best + 1)..]);
            merged[(best + 2)..count].CopyTo(merged[(best + 1)..]);
            count--;
            if (best + 1 < count) ranks[best] = merges.Find(symbols[best].Id, symbols[best + 1].Id, out merged[best]);
            if (best > 0) ranks[best - 1] = merges.Find(symbols[best - 1].Id, symbols[best].Id, out merged[best - 1]);
        }
        return count;
    }

    /// <summary>With a heap of pairs; one that has changed since is passed over.</summary>
    private int MergeLong(Span<Symbol> symbols)
    {
        int count = symbols.Length;
        if (_links.Length < count) _links = new Link[Math.Max(count, 2 * _links.Length)];
        _heap.Clear();
        for (int i = 0; i < count; i++) _links[i] = new() { Previous = i - 1, Next = i + 1 < count ? i + 1 : -1, Rank = int.MaxValue };
        for (int i = 0; i + 1 < count; i++) Push(symbols, i);
        while (_heap.TryPop(out ulong top))
        {
            (int rank, int at) = ((int)(top >> 32), (int)top);
            ref Link link = ref _links[at];
            if (link.Rank != rank || link.Next < 0) continue;
            int right = link.Next;
            symbols[at] = new(link.Merged, symbols[at].Start, symbols[right].End);
            symbols[right].Id = -1;
            link.Next = _links[right].Next;
            _links[right].Rank = int.MaxValue;
            if (link.Next >= 0) _links[link.Next].Previous = at;
            Push(symbols, at);
            if (link.Previous >= 0) Push(symbols, link.Previous);
        }
        int left = 0;
        for (int i = 0; i >= 0; i = _links[i].Next) symbols[left++] = symbols[i];
        return left;
    }

    private void Push(Span<Symbol> symbols, int at)
    {
        ref Link link = ref _links[at];
        link.Rank = link.Next < 0 ? int.MaxValue : merges.Find(symbols[at].Id, symbols[link.Next].Id, out link.Merged);
        if (link.Rank != int.MaxValue) _heap.Push(((ulong)(uint)link.Rank << 32) | (uint)at);
    }

    /// <summary>A binary heap: the smallest first.</summary>
    private sealed class Heap
    {
        private ulong[] _items = new ulong[64];
        private int _count;

        public void Clear() => _count = 0;

        public void Push(ulong item)
        {
            if (_count == _items.Length) Array.Resize(ref _items, 2 * _count);
            int at = _count++;
            for (int above; at > 0 && _items[above = (at - 1) >> 1] > item; at = above) _items[at] = _items[above];
            _items[at] = item;
        }

        public bool TryPop(out ulong item)
        {
            item = _items[0];
            if (_count == 0) return false;
            ulong last = _items[--_count];
            int at = 0;
            for (int below; (below = 2 * at + 1) < _count; at = below)
            {
                if (below + 1 < _count && _items[below + 1] < _items[below]) below++;
                if (_items[below] >= last) break;
                _items[at] = _items[below];
            }
            _items[at] = last;
            return true;
        }
    }
}
