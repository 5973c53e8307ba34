namespace Attention.Text;

/// <summary>A stretch of a text's units: from <see cref="Start"/> to before <see cref="End"/>.</summary>
internal readonly record struct Piece(int Start, int End);

/// <summary>
/// A text on its way from a user's string to a model's pieces: UTF-16 units, always well formed, and, where offsets are asked for,
/// the units of the user's text that each came from. Scratch: one belongs to one call at a time and is used again.
/// </summary>
internal sealed class NormalizedText
{
    private Units _current = new(), _next = new();
    private List<Piece> _pieces = [], _nextPieces = [];

    /// <summary>The text as it stands.</summary>
    public ReadOnlySpan<char> Chars => _current.Chars.AsSpan(0, _current.Length);

    /// <summary>The text as it stands, for a stage that replaces units one for one.</summary>
    public Span<char> Writable => _current.Chars.AsSpan(0, _current.Length);

    /// <summary>Whether origins are kept.</summary>
    public bool Tracks { get; private set; }

    /// <summary>Where this section begins in the user's text: 0 for the first.</summary>
    public int SourceStart { get; private set; }

    /// <summary>Whether what came from the first of the user's text stands for more than that code point: to the reference it is not the text's beginning.</summary>
    public bool BeginsReplaced { get; set; }

    /// <summary>The pieces in order, of <see cref="Chars"/>. At first one, the whole text; what no piece holds is dropped.</summary>
    public ReadOnlySpan<Piece> Pieces => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_pieces);

    /// <summary>Units that have been appended since <see cref="Begin"/>.</summary>
    public int NextLength => _next.Length;

    /// <summary>What has been appended since <see cref="Begin"/>.</summary>
    public ReadOnlySpan<char> Next => _next.Chars.AsSpan(0, _next.Length);

    /// <summary>Units that the scratch has room for.</summary>
    public int Capacity => Math.Max(_current.Chars.Length, _next.Chars.Length);

    /// <summary>Takes a section of the user's text, a lone surrogate as U+FFFD.</summary>
    public void Reset(ReadOnlySpan<char> source, int sourceStart, bool tracks)
    {
        (Tracks, SourceStart, BeginsReplaced) = (tracks, sourceStart, false);
        _current.Length = 0;
        _current.Reserve(source.Length, tracks);
        source.CopyTo(_current.Chars);
        _current.Length = source.Length;
        Surrogates.Repair(Writable);
        for (int i = 0; tracks && i < source.Length; i++)
        {
            bool low = i > 0 && char.IsLowSurrogate(Chars[i]);
            bool high = char.IsHighSurrogate(Chars[i]);
            _current.Starts[i] = sourceStart + i - (low ? 1 : 0);
            _current.Ends[i] = sourceStart + i + (high ? 2 : 1);
        }
        ResetPieces();
    }

    /// <summary>Takes a stretch of another text, origins included.</summary>
    public void Reset(NormalizedText other, Piece part)
    {
        BeginsReplaced = other.BeginsReplaced;
        (Tracks, SourceStart) = (other.Tracks, part.Start == 0 ? other.SourceStart : other.Source(part.Start, part.Start).Start);
        _current.Length = 0;
        _current.Append(other._current, part.Start, part.End, Tracks);
        ResetPieces();
    }

    /// <summary>Makes the whole text the only piece; none if it is empty.</summary>
    public void ResetPieces()
    {
        _pieces.Clear();
        if (_current.Length > 0) _pieces.Add(new(0, _current.Length));
    }

    /// <summary>Begins to write the text that follows this one.</summary>
    public void Begin() => _next.Length = 0;

    /// <summary>Keeps the first units of what has been appended.</summary>
    public void TruncateNext(int length) => _next.Length = length;

    /// <summary>Appends units of the text as it stands, unchanged.</summary>
    public void Copy(int from, int to) => _next.Append(_current, from, to, Tracks);

    /// <summary>Appends a unit that came from the units <paramref name="from"/> to before <paramref name="to"/>.</summary>
    public void Append(char unit, int from, int to)
    {
        _next.Reserve(1, Tracks);
        if (Tracks)
        {
            Piece source = Source(from, to);
            (_next.Starts[_next.Length], _next.Ends[_next.Length]) = (source.Start, source.End);
        }
        _next.Chars[_next.Length++] = unit;
    }

    /// <summary>Appends a code point that came from the units <paramref name="from"/> to before <paramref name="to"/>.</summary>
    public void AppendCodePoint(int codePoint, int from, int to)
    {
        if (codePoint < 0x10000)
        {
            Append((char)codePoint, from, to);
            return;
        }
        Append((char)(0xD7C0 + (codePoint >> 10)), from, to);
        Append((char)(0xDC00 + (codePoint & 0x3FF)), from, to);
    }

    /// <summary>Appends a string that came from the units <paramref name="from"/> to before <paramref name="to"/>.</summary>
    public void Append(ReadOnlySpan<char> units, int from, int to)
    {
        foreach (char unit in units) Append(unit, from, to);
    }

    /// <summary>Room for units to be appended, of which <see cref="Advance"/> takes those that were written. Not for a text that keeps origins.</summary>
    public Span<char> Room(int units)
    {
        _next.Reserve(units, false);
        return _next.Chars.AsSpan(_next.Length);
    }

    /// <summary>Appends what was written to <see cref="Room"/>.</summary>
    public void Advance(int units) => _next.Length += units;

    /// <summary>Makes what was written the text. The pieces are its caller's to say: <see cref="ResetPieces"/> or <see cref="CommitPieces"/>.</summary>
    public void Commit() => (_current, _next) = (_next, _current);

    /// <summary>Adds a piece to those that follow, in order; an empty one is none.</summary>
    public void AddPiece(int start, int end)
    {
        if (end > start) _nextPieces.Add(new(start, end));
    }

    /// <summary>Makes the added pieces the pieces.</summary>
    public void CommitPieces()
    {
        (_pieces, _nextPieces) = (_nextPieces, _pieces);
        _nextPieces.Clear();
    }

    /// <summary>The units of the user's text that a stretch came from; of an empty one the place where it stands.</summary>
    public Piece Source(int start, int end)
    {
        if (!Tracks || _current.Length == 0) return new(SourceStart, SourceStart);
        if (start >= end)
        {
            int place = start < _current.Length ? _current.Starts[start] : _current.Ends[_current.Length - 1];
            return new(place, place);
        }
        return new(_current.Starts[start], _current.Ends[end - 1]);
    }

    /// <summary>Units and origins.</summary>
    private sealed class Units
    {
        public char[] Chars = new char[256];
        public int[] Starts = [], Ends = [];
        public int Length;

        public void Reserve(int more, bool tracks)
        {
            int wanted = Length + more;
            if (wanted > Chars.Length) Array.Resize(ref Chars, Math.Max(wanted, 2 * Chars.Length));
            if (!tracks || Starts.Length >= Chars.Length) return;
            Array.Resize(ref Starts, Chars.Length);
            Array.Resize(ref Ends, Chars.Length);
        }

        public void Append(Units other, int from, int to, bool tracks)
        {
            Reserve(to - from, tracks);
            other.Chars.AsSpan(from, to - from).CopyTo(Chars.AsSpan(Length));
            if (tracks)
            {
                other.Starts.AsSpan(from, to - from).CopyTo(Starts.AsSpan(Length));
                other.Ends.AsSpan(from, to - from).CopyTo(Ends.AsSpan(Length));
            }
            Length += to - from;
        }
    }
}
