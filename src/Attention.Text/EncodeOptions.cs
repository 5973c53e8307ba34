namespace Attention.Text;

/// <summary>Which text of a pair gives way where both together are too long.</summary>
public enum TruncationStrategy
{
    /// <summary>The longer one, until both are equally long; then both.</summary>
    LongestFirst,

    /// <summary>The first alone.</summary>
    OnlyFirst,

    /// <summary>The second alone.</summary>
    OnlySecond,
}

/// <summary>The end of a text that gives way.</summary>
public enum TruncationSide
{
    /// <summary>Its last tokens.</summary>
    Right,

    /// <summary>Its first tokens.</summary>
    Left,
}

/// <summary>How a text is encoded.</summary>
public sealed record EncodeOptions
{
    /// <summary>Whether the special tokens that the tokenizer's template names are put about the texts.</summary>
    public bool AddSpecialTokens { get; init; } = true;

    /// <summary>Whether special tokens that are written in the text count as such. Switch it off for text that others write.</summary>
    public bool SpecialTokensInText { get; init; } = true;

    /// <summary>The most tokens, special ones included; without it nothing is cut.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Which text of a pair is cut.</summary>
    public TruncationStrategy Truncation { get; init; }

    /// <summary>The end at which a text is cut.</summary>
    public TruncationSide TruncationSide { get; init; }

    internal static EncodeOptions Default { get; } = new();
}
