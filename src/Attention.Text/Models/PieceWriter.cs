namespace Attention.Text;

/// <summary>Adds pieces to tokens, neighbours that are unknown as one. For one call at a time.</summary>
/// <param name="vocabulary">The pieces.</param>
/// <param name="joins">Whether unknown neighbours that make a piece together are that piece, as in tokenizers.</param>
internal sealed class PieceWriter(PieceVocabulary vocabulary, bool joins = false)
{
    private int _unknownStart = -1;

    /// <summary>Adds the piece of a stretch of the text; one that is negative is unknown. After the last comes <see cref="End"/>.</summary>
    public void Add(ReadOnlySpan<char> text, int id, int start, int end, int offset, TokenList tokens)
    {
        if (id < 0 || id == vocabulary.Unknown)
        {
            if (_unknownStart < 0) _unknownStart = start;
            return;
        }
        End(text, start, offset, tokens);
        tokens.Add(id, offset + start, offset + end);
    }

    /// <summary>Adds what is unknown before a place.</summary>
    public void End(ReadOnlySpan<char> text, int end, int offset, TokenList tokens)
    {
        if (_unknownStart < 0) return;
        int id = joins ? vocabulary.TokenToId(text[_unknownStart..end]) : -1;
        if (id >= 0) tokens.Add(id, offset + _unknownStart, offset + end);
        else vocabulary.AddUnknown(text, _unknownStart, end, offset, tokens);
        _unknownStart = -1;
    }
}
