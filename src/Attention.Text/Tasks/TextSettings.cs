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

    /// <summary>How many sessions there are at most, and so how many calls compute at once; as many as processors unless given.</summary>
    public int? Sessions { get; init; }

    /// <summary>How many tokens are computed at once, of all the texts that find room; a longer text runs alone.</summary>
    public int BatchTokens { get; init; } = 256;

    /// <summary>Whether special tokens that are written in a text count as such, as the reference has it. Switch it off for text that others write.</summary>
    public bool SpecialTokensInText { get; init; } = true;

    internal static TextSettings Default { get; } = new();

    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    internal void Check()
    {
        if (MaxLength is < 1) throw new ArgumentOutOfRangeException(nameof(MaxLength), MaxLength, "Expected at least 1 token.");
        if (Sessions is < 1) throw new ArgumentOutOfRangeException(nameof(Sessions), Sessions, "Expected at least 1 session.");
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchTokens, 1);
    }
}
