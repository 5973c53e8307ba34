namespace Attention.Text;

/// <summary>How texts are run through a model.</summary>
public sealed record TextSettings
{
    /// <summary>
    /// The most tokens of a text, special ones included. Unless given it is what the folder's sentence_bert_config.json says, else what
    /// its tokenizer says, else the positions of the model; never more than these.
    /// </summary>
    public int? MaxLength { get; init; }

    /// <summary>Whether longer texts are cut instead of being refused.</summary>
    public bool Truncate { get; init; } = true;

    /// <summary>Is told the number, in the list that was given, of each text that is cut, on whichever thread runs it.</summary>
    public Action<int>? OnTruncated { get; init; }

    /// <summary>How many sessions there are at most, and so how many calls compute at once; as many as processors unless given. Those of texts generated <see cref="Together"/> are counted apart.</summary>
    public int? Sessions { get; init; }

    /// <summary>How many texts a <see cref="TextGenerator"/> generates together in one call, each in a session of its own; 8 unless given, and at most the positions of the model's shortest decoder. One such call runs at a time.</summary>
    public int Together { get; init; } = 8;

    /// <summary>How many tokens are computed at once, of all the texts that find room; a longer text runs alone.</summary>
    public int BatchTokens { get; init; } = 256;

    /// <summary>Whether special tokens that are written in a text count as such, as the reference has it. Switch it off for text that others write.</summary>
    public bool SpecialTokensInText { get; init; } = true;

    private static readonly TextSettings s_default = new();

    /// <summary>How many sessions there are at most.</summary>
    internal int MostSessions => Sessions ?? Environment.ProcessorCount;

    /// <summary>Settings that hold together, or the defaults where none are given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    internal static TextSettings Checked(TextSettings? settings)
    {
        settings ??= s_default;
        if (settings.MaxLength is < 1) throw new ArgumentOutOfRangeException(nameof(MaxLength), settings.MaxLength, "Expected at least 1 token.");
        if (settings.Sessions is < 1) throw new ArgumentOutOfRangeException(nameof(Sessions), settings.Sessions, "Expected at least 1 session.");
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.BatchTokens, 1, nameof(BatchTokens));
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Together, 1, nameof(Together));
        return settings;
    }

    /// <summary>The most tokens of a text, for a stage that has so many positions.</summary>
    /// <param name="files">What the model's files say, where they say anything.</param>
    /// <param name="positions">The stage's.</param>
    internal int Limit(int? files, int positions) => Math.Min(MaxLength ?? files ?? positions, positions);

    /// <summary>Tells that a text was cut, or refuses it.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="name">What the message calls it.</param>
    /// <param name="tokens">How many tokens it has as a whole.</param>
    /// <param name="limit">How many were left.</param>
    /// <param name="parameter">The caller's parameter, where it is one of its own.</param>
    /// <exception cref="ArgumentException">Texts are not to be cut.</exception>
    internal void Cut(int number, string name, Func<int> tokens, int limit, string? parameter = null)
    {
        if (!Truncate) throw new ArgumentException($"{name} has {tokens()} tokens; expected at most {limit}.", parameter);
        OnTruncated?.Invoke(number);
    }
}
