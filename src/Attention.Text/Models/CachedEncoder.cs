namespace Attention.Text;

/// <summary>Remembers how short pieces were written: words come again. Of fixed size: a place holds the last piece that fell into it.</summary>
internal sealed class CachedEncoder(IPieceEncoder inner) : IPieceEncoder
{
    private const int Places = 1 << 14, MaxPiece = 32, MaxTokens = 24, Chars = 1 << 18, Tokens = 1 << 17;

    private record struct Place(uint Hash, int Chars, int Tokens, byte Length, byte Count);

    private readonly Place[] _places = new Place[Places];
    private char[] _chars = new char[1 << 10];
    private Token[] _tokens = new Token[1 << 10];
    private int _charsUsed, _tokensUsed;

    private readonly record struct Token(int Id, byte Start, byte End);

    public void Encode(ReadOnlySpan<char> piece, int offset, TokenList tokens)
    {
        if (piece.Length > MaxPiece)
        {
            inner.Encode(piece, offset, tokens);
            return;
        }
        uint hash = TokenTable.Hash(piece);
        ref Place place = ref _places[hash & (Places - 1)];
        if (place.Hash == hash && place.Length == piece.Length && piece.SequenceEqual(_chars.AsSpan(place.Chars, place.Length)))
        {
            foreach (Token token in _tokens.AsSpan(place.Tokens, place.Count)) tokens.Add(token.Id, offset + token.Start, offset + token.End);
            return;
        }
        int before = tokens.Count;
        inner.Encode(piece, offset, tokens);
        int count = tokens.Count - before;
        if (count > MaxTokens) return;
        Reserve(piece.Length, count);
        place = new(hash, _charsUsed, _tokensUsed, (byte)piece.Length, (byte)count);
        piece.CopyTo(_chars.AsSpan(_charsUsed));
        _charsUsed += piece.Length;
        for (int i = before; i < tokens.Count; i++)
            _tokens[_tokensUsed++] = new(tokens.Ids[i], (byte)(tokens.Starts[i] - offset), (byte)(tokens.Ends[i] - offset));
    }

    /// <summary>Makes room; where none is left all is forgotten.</summary>
    private void Reserve(int chars, int tokens)
    {
        if (_charsUsed + chars > Chars || _tokensUsed + tokens > Tokens)
        {
            Array.Clear(_places);
            (_charsUsed, _tokensUsed) = (0, 0);
        }
        if (_charsUsed + chars > _chars.Length) Array.Resize(ref _chars, 2 * _chars.Length);
        if (_tokensUsed + tokens > _tokens.Length) Array.Resize(ref _tokens, 2 * _tokens.Length);
    }
}
