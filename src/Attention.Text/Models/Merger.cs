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
    private readonly PriorityQueue<(int At, int Rank), ulong> _queue = new();

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
        _queue.Clear();
        for (int i = 0; i < count; i++) _links[i] = new() { Previous = i - 1, Next = i + 1 < count ? i + 1 : -1, Rank = int.MaxValue };
        for (int i = 0; i + 1 < count; i++) Push(symbols, i);
        while (_queue.TryDequeue(out (int At, int Rank) top, out _))
        {
            ref Link link = ref _links[top.At];
            if (link.Rank != top.Rank || link.Next < 0) continue;
            int right = link.Next;
            symbols[top.At] = new(link.Merged, symbols[top.At].Start, symbols[right].End);
            symbols[right].Id = -1;
            link.Next = _links[right].Next;
            _links[right].Rank = int.MaxValue;
            if (link.Next >= 0) _links[link.Next].Previous = top.At;
            Push(symbols, top.At);
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
        if (link.Rank != int.MaxValue) _queue.Enqueue((at, link.Rank), ((ulong)(uint)link.Rank << 32) | (uint)at);
    }
}
