namespace Attention.Text;

/// <summary>Splits at the matches of an expression; inverted, at what stands between them.</summary>
internal sealed class SplitPreTokenizer(Expression expression, SplitBehavior behavior, bool invert) : IPreTokenizer
{
    /// <summary>The expression of GPT-2 (Radford et al., 2019): contractions, words, numbers and signs, each with a space before it.</summary>
    public static SplitPreTokenizer Gpt2 { get; } = new(new(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"), SplitBehavior.Isolated, false);

    public void PreTokenize(NormalizedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        foreach (Piece piece in text.Pieces)
        {
            var writer = new SplitWriter(text, behavior, piece.Start);
            var search = new ExpressionSearch(expression, chars[piece.Start..piece.End]);
            for (int from = 0; search.Find(from, out int start, out int end); from = end)
            {
                writer.Add(piece.Start + start, invert);
                writer.Add(piece.Start + end, !invert);
            }
            search.Dispose();
            writer.Add(piece.End, invert);
            writer.Flush();
        }
        text.CommitPieces();
    }
}

/// <summary>Splits at a string, at each of its occurrences that do not overlap.</summary>
internal sealed class LiteralSplitPreTokenizer(string literal, SplitBehavior behavior, bool invert) : IPreTokenizer
{
    public void PreTokenize(NormalizedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        foreach (Piece piece in text.Pieces)
        {
            var writer = new SplitWriter(text, behavior, piece.Start);
            for (int from = piece.Start; chars[from..piece.End].IndexOf(literal) is >= 0 and int found; from += found + literal.Length)
            {
                writer.Add(from + found, invert);
                writer.Add(from + found + literal.Length, !invert);
            }
            writer.Add(piece.End, invert);
            writer.Flush();
        }
        text.CommitPieces();
    }
}
