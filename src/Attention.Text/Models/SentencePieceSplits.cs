namespace Attention.Text;

/// <summary>SentencePiece's models without merges: a text's characters, or its words, each a piece or unknown. Immutable.</summary>
/// <param name="vocabulary">The pieces.</param>
/// <param name="userDefined">Pieces that stand whole among characters; null for words.</param>
internal sealed class SentencePieceSplits(PieceVocabulary vocabulary, UserDefinedPieces? userDefined) : IModel
{
    public int Count => vocabulary.Count;

    public int TokenToId(ReadOnlySpan<char> token) => vocabulary.TokenToId(token);

    public string? IdToToken(int id) => vocabulary.Piece(id);

    public IPieceEncoder NewEncoder() => new Encoder(vocabulary, userDefined);

    private sealed class Encoder(PieceVocabulary vocabulary, UserDefinedPieces? userDefined) : IPieceEncoder
    {
        private readonly PieceWriter _writer = new(vocabulary);

        public void Encode(ReadOnlySpan<char> piece, int offset, TokenList tokens)
        {
            for (int start = 0, length; start < piece.Length; start += length)
            {
                if (userDefined is not null) userDefined.TryMatch(piece[start..], out length);
                else length = LengthOfWord(piece[start..]);
                _writer.Add(piece, vocabulary.TokenToId(piece.Slice(start, length)), start, start + length, offset, tokens);
            }
            _writer.End(piece, piece.Length, offset, tokens);
        }

        /// <summary>A word ends before the next sign of a space.</summary>
        private static int LengthOfWord(ReadOnlySpan<char> text)
        {
            int length = text[1..].IndexOf(SentencePieceNormalizer.Sign) + 1;
            return length == 0 ? text.Length : length;
        }
    }
}
