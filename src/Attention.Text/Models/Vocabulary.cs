namespace Attention.Text;

/// <summary>Tokens and their ids, both ways.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<int, string>? _sparse;
    private readonly string?[] _tokens = [];

    public Vocabulary(IReadOnlyCollection<KeyValuePair<string, int>> tokens)
    {
        Table = new(tokens);
        Count = tokens.Count;
        long size = tokens.Count == 0 ? 0 : tokens.Max(token => token.Value) + 1L;
        if (size > 2L * tokens.Count + 1024)
        {
            _sparse = [];
            foreach ((string token, int id) in tokens) _sparse[id] = token;
            return;
        }
        _tokens = new string?[size];
        foreach ((string token, int id) in tokens) _tokens[id] = token;
    }

    public TokenTable Table { get; }

    public int Count { get; }

    public string? this[int id] => _sparse is not null ? _sparse.GetValueOrDefault(id) : (uint)id < (uint)_tokens.Length ? _tokens[id] : null;

    /// <summary>All tokens with their ids.</summary>
    public IEnumerable<KeyValuePair<string, int>> Tokens() => _sparse is not null
        ? _sparse.Select(token => KeyValuePair.Create(token.Value, token.Key))
        : Enumerable.Range(0, _tokens.Length).Where(id => _tokens[id] is not null).Select(id => KeyValuePair.Create(_tokens[id]!, id));

    /// <summary>Reads an object of tokens and ids.</summary>
    public static Vocabulary Read(JsonPart json)
    {
        var tokens = new Dictionary<string, int>();
        foreach ((string token, JsonPart value) in json.Members())
        {
            int id = value.Int();
            if (id < 0) throw value.Error($"an id is 0 or more, and this is {id}");
            tokens[token] = id;
        }
        return new(tokens);
    }

    /// <summary>The id of a token that a file names.</summary>
    public int Find(JsonPart name)
    {
        string token = name.String();
        int id = Table.Find(token);
        return id >= 0 ? id : throw name.Error($"the token '{token}' is not in the vocabulary");
    }
}
