namespace Attention.Text;

/// <summary>A word is a token or unknown.</summary>
internal sealed class WordLevel(Vocabulary vocabulary, int unknown) : IModel, IPieceEncoder
{
    public int Count => vocabulary.Count;

    public int TokenToId(ReadOnlySpan<char> token) => vocabulary.Table.Find(token);

    public string? IdToToken(int id) => vocabulary[id];

    public IPieceEncoder NewEncoder() => this;

    public void Encode(ReadOnlySpan<char> piece, int offset, TokenList tokens)
    {
        int id = vocabulary.Table.Find(piece);
        tokens.Add(id >= 0 ? id : unknown, offset, offset + piece.Length);
    }

    public static WordLevel Read(JsonPart json)
    {
        json.Only("type", "unk_token", "vocab");
        var vocabulary = Vocabulary.Read(json["vocab"]);
        return new(vocabulary, vocabulary.Find(json["unk_token"]));
    }
}
