namespace Attention.Text;

/// <summary>Splits at code points that have a trait.</summary>
internal sealed class TraitPreTokenizer(Traits any, SplitBehavior behavior) : IPreTokenizer
{
    /// <summary>Pieces are what stands between white space.</summary>
    public static readonly TraitPreTokenizer WhitespaceSplit = new(Traits.WhiteSpace, SplitBehavior.Removed);

    public void PreTokenize(NormalizedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        foreach (Piece piece in text.Pieces)
        {
            var writer = new SplitWriter(text, behavior, piece.Start);
            for (int at = piece.Start; at < piece.End;)
            {
                int codePoint = Surrogates.CodePointAt(chars, at, out int units);
                if (CodePoints.Has(codePoint, any))
                {
                    writer.Add(at, false);
                    writer.Add(at + units, true);
                }
                at += units;
            }
            writer.Add(piece.End, false);
            writer.Flush();
        }
        text.CommitPieces();
    }
}

/// <summary>Words and signs: white space dropped, each punctuation sign apart (Devlin et al., 2018).</summary>
internal sealed class BertPreTokenizer : IPreTokenizer
{
    public static readonly BertPreTokenizer Instance = new();

    /// <summary>Of ASCII: white space is 1, punctuation 2.</summary>
    private static readonly byte[] Kinds = [.. Enumerable.Range(0, 128).Select(c => (byte)KindOf(c))];

    public void PreTokenize(NormalizedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        ReadOnlySpan<byte> kinds = Kinds;
        foreach (Piece piece in text.Pieces)
        {
            int start = piece.Start;
            for (int at = piece.Start, units; at < piece.End; at += units)
            {
                units = 1;
                char unit = chars[at];
                int kind = unit < kinds.Length ? kinds[unit] : KindOf(Surrogates.CodePointAt(chars, at, out units));
                if (kind == 0) continue;
                text.AddPiece(start, at);
                start = at + units;
                if (kind == 2) text.AddPiece(at, start);
            }
            text.AddPiece(start, piece.End);
        }
        text.CommitPieces();
    }

    private static int KindOf(int codePoint)
    {
        Traits traits = CodePoints.TraitsOf(codePoint);
        return (traits & Traits.Punctuation) != 0 ? 2 : (traits & Traits.WhiteSpace) != 0 ? 1 : 0;
    }
}

/// <summary>Words (\w+) and runs of other signs, white space dropped.</summary>
internal sealed class WhitespacePreTokenizer : IPreTokenizer
{
    public static readonly WhitespacePreTokenizer Instance = new();

    public void PreTokenize(NormalizedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        foreach (Piece piece in text.Pieces)
        {
            int start = piece.Start;
            Traits kind = 0;
            for (int at = piece.Start; at < piece.End;)
            {
                Traits next = CodePoints.TraitsOf(Surrogates.CodePointAt(chars, at, out int units)) & (Traits.WhiteSpace | Traits.Word);
                if (next != kind)
                {
                    if (kind != Traits.WhiteSpace) text.AddPiece(start, at);
                    (start, kind) = (at, next);
                }
                at += units;
            }
            if (kind != Traits.WhiteSpace) text.AddPiece(start, piece.End);
        }
        text.CommitPieces();
    }
}

/// <summary>One after the other.</summary>
internal sealed class SequencePreTokenizer(params IPreTokenizer[] preTokenizers) : IPreTokenizer
{
    public bool NeedsOrigins { get; } = preTokenizers.Any(preTokenizer => preTokenizer.NeedsOrigins);

    public void PreTokenize(NormalizedText text)
    {
        foreach (IPreTokenizer preTokenizer in preTokenizers) preTokenizer.PreTokenize(text);
    }
}
