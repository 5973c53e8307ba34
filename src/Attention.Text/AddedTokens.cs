namespace Attention.Text;

/// <summary>The tokens that are found in a text before the model sees it, by id, by text and by where they are looked for.</summary>
internal sealed class AddedTokens
{
    private readonly Dictionary<int, AddedToken> _byId = [];
    private readonly Dictionary<string, int> _ids = [];

    public AddedTokens(TokenizerParts parts)
    {
        foreach (AddedToken token in parts.AddedTokens)
        {
            if (token.Content.Length == 0) continue;
            _byId[token.Id] = token;
            _ids[token.Content] = token.Id;
        }
        CountBesideModel = _ids.Keys.Count(token => parts.Model.TokenToId(token) < 0);
        // Special tokens count before others that are written alike.
        AddedToken[] all = [.. parts.AddedTokens.Where(token => token.Special), .. parts.AddedTokens.Where(token => !token.Special)];
        if (Array.Exists(all, token => !token.Normalized)) InSource = new(all.Where(token => !token.Normalized), token => token.Content);
        if (Array.Exists(all, token => token.Normalized)) InNormalized = new(all.Where(token => token.Normalized), token => Normalize(token.Content, parts.Normalizer));
    }

    /// <summary>Those that are looked for in the text as it was given.</summary>
    public AddedTokenFinder? InSource { get; }

    /// <summary>Those that are looked for in the normalised text.</summary>
    public AddedTokenFinder? InNormalized { get; }

    /// <summary>How many the model's vocabulary does not have.</summary>
    public int CountBesideModel { get; }

    public AddedToken? this[int id] => _byId.GetValueOrDefault(id);

    public int? IdOf(string content) => _ids.TryGetValue(content, out int id) ? id : null;

    private static string Normalize(string content, INormalizer? normalizer)
    {
        var text = new NormalizedText();
        text.Reset(content, 0, false);
        normalizer?.Normalize(text);
        return text.Chars.ToString();
    }
}
