namespace Attention.Runtime;

/// <summary>Collects the best of many candidates in memory for so many.</summary>
internal ref struct BestCandidates(Span<Candidate> memory)
{
    private readonly Span<Candidate> _heap = memory; // the worst first, once it is full
    private int _count;

    /// <summary>Keeps a candidate as long as it is one of the best.</summary>
    public void Add(in Candidate candidate)
    {
        if (_count < _heap.Length)
        {
            _heap[_count++] = candidate;
            if (_count == _heap.Length)
                Heap.Build(_heap);
        }
        else if (candidate.CompareTo(_heap[0]) < 0)
        {
            _heap[0] = candidate;
            Heap.Sink(_heap, 0);
        }
    }

    /// <summary>All that were kept, the best first; nothing may be added afterwards.</summary>
    public readonly ReadOnlySpan<Candidate> Sort()
    {
        Span<Candidate> kept = _heap[.._count];
        kept.Sort();
        return kept;
    }
}
