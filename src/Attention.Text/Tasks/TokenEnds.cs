namespace Attention.Text;

/// <summary>The tokens that end a text.</summary>
/// <param name="End">The one.</param>
/// <param name="More">Others.</param>
internal sealed record TokenEnds(int? End, IReadOnlyList<int> More)
{
    /// <summary>What generation_config.json or else config.json says, or else the tokenizer.</summary>
    public static TokenEnds Of(ModelFolder files, Tokenizer tokenizer)
    {
        int[] ids = files.Numbers("generation_config.json", "eos_token_id") ?? files.Numbers("config.json", "eos_token_id") ?? (tokenizer.EndId is int id ? [id] : []);
        return new(ids.Length == 0 ? null : ids[0], [.. ids.Skip(1)]);
    }

    /// <summary>Whether the token ends a text.</summary>
    public bool Contains(int token) => token == End || More.Contains(token);
}
