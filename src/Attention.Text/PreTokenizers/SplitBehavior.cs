namespace Attention.Text;

/// <summary>What becomes of a match that splits.</summary>
internal enum SplitBehavior
{
    /// <summary>It is dropped.</summary>
    Removed,

    /// <summary>It is a piece.</summary>
    Isolated,

    /// <summary>It ends the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>It begins the piece after it.</summary>
    MergedWithNext,

    /// <summary>Matches that touch are one piece.</summary>
    Contiguous,
}

/// <summary>Adds pieces to a text from the matches in it, in order.</summary>
internal ref struct SplitWriter(NormalizedText text, SplitBehavior behavior, int start)
{
    private int _start = start, _end = start;
    private bool _pending, _pendingMatch;

    /// <summary>Takes the stretch from the end of the last one.</summary>
    public void Add(int end, bool match)
    {
        int start = _end;
        if (end == start) return;
        _end = end;
        bool joins = _pending && behavior switch
        {
            SplitBehavior.Contiguous => match == _pendingMatch,
            SplitBehavior.MergedWithPrevious => match && !_pendingMatch,
            SplitBehavior.MergedWithNext => !match && _pendingMatch,
            _ => false,
        };
        if (!joins)
        {
            Flush(start);
            _start = start;
        }
        (_pending, _pendingMatch) = (!(behavior == SplitBehavior.Removed && match), match);
    }

    /// <summary>Ends the piece.</summary>
    public void Flush() => Flush(_end);

    private void Flush(int end)
    {
        if (_pending) text.AddPiece(_start, end);
        _pending = false;
    }
}
