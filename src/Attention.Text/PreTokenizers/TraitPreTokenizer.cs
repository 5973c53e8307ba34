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
