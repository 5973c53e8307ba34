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

/// <summary>Writes spaces as a visible sign, U+2581 as a rule, and lets each begin a piece.</summary>
internal sealed class MetaspacePreTokenizer(string replacement, PrependScheme scheme, bool split) : IPreTokenizer
{
    /// <summary>The sign and the scheme of a pre-tokenizer's or a decoder's part; the older form has add_prefix_space instead of the scheme.</summary>
    public static (string Replacement, PrependScheme Scheme) ReadSign(JsonPart part)
    {
        part.Only("type", "replacement", "prepend_scheme", "add_prefix_space", "split", "str_rep");
        string replacement = part["replacement"].String();
        if (replacement.Length == 0 || Surrogates.CodePointAt(replacement, 0, out int units) < 0 || units != replacement.Length)
            throw part["replacement"].Error($"expected one character, found \"{replacement}\"");
        PrependScheme scheme = part["prepend_scheme"].StringOrNull() switch
        {
            null or "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            string other => throw part["prepend_scheme"].Error($"expected always, first or never, found \"{other}\""),
        };
        if (part["add_prefix_space"].Bool(missing: true)) return (replacement, scheme);
        if (!part["prepend_scheme"].IsNull && scheme != PrependScheme.Never)
            throw part["add_prefix_space"].Error("false here contradicts prepend_scheme");
        return (replacement, PrependScheme.Never);
    }

    public static MetaspacePreTokenizer Read(JsonPart part)
    {
        (string replacement, PrependScheme scheme) = ReadSign(part);
        return new(replacement, scheme, part["split"].Bool(missing: true));
    }

    public void PreTokenize(NormalizedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        text.Begin();
        foreach (Piece piece in text.Pieces)
        {
            int written = text.NextLength;
            if (Prepends(text, piece) && chars[piece.Start] != ' ' && !chars[piece.Start..piece.End].StartsWith(replacement))
                text.Append(replacement, piece.Start, piece.Start);
            for (int from = piece.Start; from < piece.End;)
            {
                bool space = chars[from] == ' ';
                bool sign = space || chars[from..piece.End].StartsWith(replacement);
                if (sign && split)
                {
                    text.AddPiece(written, text.NextLength);
                    written = text.NextLength;
                }
                int to = from + (space || !sign ? 1 : replacement.Length);
                if (space) text.Append(replacement, from, to);
                else
                {
                    if (!sign) to = EndOfRun(chars, to, piece.End);
                    text.Copy(from, to);
                }
                from = to;
            }
            text.AddPiece(written, text.NextLength);
        }
        text.Commit();
        text.CommitPieces();
    }

    private bool Prepends(NormalizedText text, Piece piece) => scheme switch
    {
        PrependScheme.Always => true,
        PrependScheme.First => text.Source(piece.Start, piece.End).Start == 0,
        _ => false,
    };

    /// <summary>The next place where a space or the sign may stand.</summary>
    private int EndOfRun(ReadOnlySpan<char> chars, int from, int end)
    {
        int length = chars[from..end].IndexOfAny(' ', replacement[0]);
        return length < 0 ? end : from + length;
    }
}
