namespace Attention.Text;

/// <summary>WordPiece (Schuster and Nakajima, 2012; Devlin et al., 2018): the longest token first, from the left; a word that cannot be written so is unknown.</summary>
internal sealed class WordPiece : IModel
{
    private readonly Vocabulary _vocabulary;
    private readonly TokenTable _continuing;
    private readonly int _unknown, _maxCodePoints;

    /// <param name="vocabulary">All tokens.</param>
    /// <param name="unknown">The id of words that cannot be written.</param>
    /// <param name="prefix">What marks a token that continues a word.</param>
    /// <param name="maxCodePoints">Longer words are unknown.</param>
    public WordPiece(Vocabulary vocabulary, int unknown, string prefix, int maxCodePoints)
    {
        (_vocabulary, _unknown, _maxCodePoints) = (vocabulary, unknown, maxCodePoints);
        _continuing = new(vocabulary.Tokens().Where(token => token.Key.Length > prefix.Length && token.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(token => KeyValuePair.Create(token.Key[prefix.Length..], token.Value)));
    }

    public int Count => _vocabulary.Count;

    public int TokenToId(ReadOnlySpan<char> token) => _vocabulary.Table.Find(token);

    public string? IdToToken(int id) => _vocabulary[id];

    public IPieceEncoder NewEncoder() => new CachedEncoder(new Encoder(this));

    public static WordPiece Read(JsonPart json)
    {
        json.Only("type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab");
        var vocabulary = Vocabulary.Read(json["vocab"]);
        return new(vocabulary, vocabulary.Find(json["unk_token"]), json["continuing_subword_prefix"].String(), json["max_input_chars_per_word"].Int());
    }

    private sealed class Encoder(WordPiece model) : IPieceEncoder
    {
        public void Encode(ReadOnlySpan<char> piece, int offset, TokenList tokens)
        {
            int before = tokens.Count;
            if (IsLonger(piece, model._maxCodePoints) || !TryEncode(piece, offset, tokens))
            {
                tokens.Truncate(before);
                tokens.Add(model._unknown, offset, offset + piece.Length);
            }
        }

        private bool TryEncode(ReadOnlySpan<char> piece, int offset, TokenList tokens)
        {
            for (int start = 0; start < piece.Length;)
            {
                TokenTable table = start == 0 ? model._vocabulary.Table : model._continuing;
                int id = table.FindLongest(piece[start..], out int length);
                if (id < 0) return false;
                tokens.Add(id, offset + start, offset + start + length);
                start += length;
            }
            return true;
        }

        private static bool IsLonger(ReadOnlySpan<char> piece, int codePoints)
        {
            if (piece.Length <= codePoints) return false;
            int count = 0;
            foreach (char unit in piece) count += char.IsLowSurrogate(unit) ? 0 : 1;
            return count > codePoints;
        }
    }
}
