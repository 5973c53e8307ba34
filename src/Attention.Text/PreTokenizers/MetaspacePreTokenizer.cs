namespace Attention.Text;

/// <summary>Whether a mark is put before a text.</summary>
internal enum PrependScheme
{
    /// <summary>Before every section of the text.</summary>
    Always,

    /// <summary>Before the text's beginning alone.</summary>
    First,

    /// <summary>Not.</summary>
    Never,
}

/// <summary>Writes spaces as a mark and splits before it (Kudo and Richardson, 2018).</summary>
internal sealed class MetaspacePreTokenizer(char mark, PrependScheme scheme, bool split) : IPreTokenizer
{
    public void PreTokenize(NormalizedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        text.Begin();
        foreach (Piece piece in text.Pieces)
        {
            int start = text.NextLength;
            bool marked = chars[piece.Start] == ' ' || chars[piece.Start] == mark;
            bool prepends = scheme == PrependScheme.Always || (scheme == PrependScheme.First && piece.Start == 0 && text.BeginsSource);
            if (!marked && prepends)
            {
                Surrogates.CodePointAt(chars, piece.Start, out int units);
                text.Append(mark, piece.Start, piece.Start + units);
            }
            for (int at = piece.Start; at < piece.End; at++)
            {
                bool isMark = chars[at] == ' ' || chars[at] == mark;
                if (isMark && split)
                {
                    text.AddPiece(start, text.NextLength);
                    start = text.NextLength;
                }
                if (isMark) text.Append(mark, at, at + 1);
                else text.Copy(at, at + 1);
            }
            text.AddPiece(start, text.NextLength);
        }
        text.Commit();
        text.CommitPieces();
    }
}
