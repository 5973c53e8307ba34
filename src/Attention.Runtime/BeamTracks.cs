using System.ComponentModel;

namespace Attention.Runtime;

/// <summary>
/// Which beam's keys and values lie where. Every beam could have a track of its own; but beams that have a past in common
/// share its pages of 32 positions, whichever track those are in, and only the page in which they part is copied.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class BeamTracks
{
    private const int Page = Measures.KeyPanel;

    private readonly int _beams;
    private readonly (int From, int To)[] _copies;
    private readonly bool[] _taken;
    private int[] _table;
    private int[] _next;
    private int _pages;

    /// <summary>Creates the table of tracks, one beam in track 0.</summary>
    /// <param name="beams">The most beams.</param>
    /// <param name="length">The most positions.</param>
    public BeamTracks(int beams, int length)
    {
        _beams = beams;
        _copies = new (int, int)[beams];
        _taken = new bool[beams];
        int pages = (length + Page - 1) / Page;
        _table = new int[checked(pages * beams)];
        _next = new int[pages * beams];
        Reset();
    }

    /// <summary>How many beams there are.</summary>
    public int Live { get; private set; }

    /// <summary>Whether beams have been stepped since the last reset, so that track 0 may not hold all of beam 0.</summary>
    public bool HasForked { get; private set; }

    /// <summary>The track of each page of each beam, page × <see cref="Live"/>.</summary>
    public ReadOnlySpan<int> Table => _table.AsSpan(0, _pages * Live);

    /// <summary>Leaves one beam, all in track 0.</summary>
    public void Reset()
    {
        Live = 1;
        HasForked = false;
        Array.Clear(_table);
    }

    /// <summary>Lets new beams continue old ones, which exist, and makes room for one more position in each.</summary>
    /// <param name="parents">The beam that each new one continues.</param>
    /// <param name="position">How many positions the old beams have.</param>
    /// <returns>How many copies of the last page are to be made, in order, before it is written to.</returns>
    public int Fork(ReadOnlySpan<int> parents, int position)
    {
        int last = position / Page, live = parents.Length, copies = 0;
        for (int page = 0; page < last; page++)
        {
            for (int beam = 0; beam < live; beam++)
                _next[(page * live) + beam] = _table[(page * Live) + parents[beam]];
        }

        // The first beam to continue a page keeps its track; the others copy it to tracks that no beam continues. A page that
        // is still empty has nothing to copy.
        Span<int> tracks = _next.AsSpan(last * live, live);
        Array.Clear(_taken);
        bool filled = position % Page > 0;
        for (int beam = 0; beam < live; beam++)
        {
            int track = filled ? _table[(last * Live) + parents[beam]] : beam;
            tracks[beam] = _taken[track] ? -1 : track;
            _taken[track] = true;
        }

        int free = 0;
        for (int beam = 0; beam < live; beam++)
        {
            if (tracks[beam] >= 0)
                continue;
            while (_taken[free])
                free++;
            _taken[free] = true;
            tracks[beam] = free;
            _copies[copies++] = (_table[(last * Live) + parents[beam]], free);
        }

        (_table, _next) = (_next, _table);
        _pages = last + 1;
        Live = live;
        HasForked = true;
        return copies;
    }

    /// <summary>The track that a copy is of.</summary>
    public int CopyFrom(int copy) => _copies[copy].From;

    /// <summary>The track that a copy goes to.</summary>
    public int CopyTo(int copy) => _copies[copy].To;
}
