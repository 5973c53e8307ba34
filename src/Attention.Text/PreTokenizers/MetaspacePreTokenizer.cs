namespace Attention.Text;

/// <summary>Where <see cref="MetaspacePreTokenizer"/> puts its sign though no space stands there.</summary>
internal enum PrependScheme
{
    /// <summary>Nowhere.</summary>
    Never,

    /// <summary>Before the first piece of a text.</summary>
    First,

    /// <summary>Before every piece that is given.</summary>
    Always,
}

/// <summary>Writes spaces as a visible mark, U+2581 as a rule, and lets each begin a piece. Immutable.</summary>
internal sealed class MetaspacePreTokenizer(char mark, PrependScheme scheme, bool split) : IPreTokenizer
{
    /// <summary>The mark and the scheme of a pre-tokenizer or a decoder; the older form has add_prefix_space instead of the scheme.</summary>
    public static (char Mark, PrependScheme Scheme) ReadMark(JsonPart json)
    {
        json.Only("type", "replacement", "prepend_scheme", "add_prefix_space", "split", "str_rep");
        char mark = StageReader.Sign(json["replacement"]);
        PrependScheme scheme = json["prepend_scheme"].StringOrNull() switch
        {
            null or "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            string other => throw json["prepend_scheme"].Error($"expected always, first or never, found '{other}'"),
        };
        if (json["add_prefix_space"].Bool(missing: true)) return (mark, scheme);
        if (!json["prepend_scheme"].IsNull && scheme != PrependScheme.Never) throw json["add_prefix_space"].Error("false here contradicts prepend_scheme");
        return (mark, PrependScheme.Never);
    }

    public static MetaspacePreTokenizer Read(JsonPart json)
    {
        (char mark, PrependScheme scheme) = ReadMark(json);
        return new(mark, scheme, json["split"].Bool(missing: true));
    }

    public bool NeedsOrigins => scheme == PrependScheme.First;

    public void PreTokenize(NormalizedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        text.Begin();
        foreach (Piece piece in text.Pieces)
        {
            int begun = text.NextLength;
            if (chars[piece.Start] != ' ' && chars[piece.Start] != mark && Prepends(text, piece)) text.Append(mark, piece.Start, piece.Start);
            for (int from = piece.Start, to; from < piece.End; from = to)
            {
                to = from + 1;
                bool marks = chars[from] == ' ' || chars[from] == mark;
                if (marks && split)
                {
                    text.AddPiece(begun, text.NextLength);
                    begun = text.NextLength;
                }
                if (marks) text.Append(mark, from, to);
                else
                {
                    int length = chars[from..piece.End].IndexOfAny(' ', mark);
                    to = length < 0 ? piece.End : from + length;
                    text.Copy(from, to);
                }
            }
            text.AddPiece(begun, text.NextLength);
        }
        text.Commit();
        text.CommitPieces();
    }

    private bool Prepends(NormalizedText text, Piece piece) =>
        scheme == PrependScheme.Always || (scheme == PrependScheme.First && !text.BeginsReplaced && text.Source(piece.Start, piece.End).Start == 0);
}
