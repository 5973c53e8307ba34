namespace Attention.Text;

/// <summary>A part of a regular expression.</summary>
internal abstract record ExpressionNode
{
    /// <summary>One code point of a set, which may be known to have none beyond ASCII.</summary>
    public sealed record One(Func<int, bool> Rule, bool IsAscii = false) : ExpressionNode;

    /// <summary>Parts in order; none is the empty text.</summary>
    public sealed record Sequence(IReadOnlyList<ExpressionNode> Parts) : ExpressionNode;

    /// <summary>The first part that leads to a match.</summary>
    public sealed record Alternatives(IReadOnlyList<ExpressionNode> Parts) : ExpressionNode;

    /// <summary>A part again and again; a <paramref name="Max"/> of null is without end.</summary>
    public sealed record Repeat(ExpressionNode Part, int Min, int? Max, RepeatKind Kind) : ExpressionNode;

    /// <summary>Whether the part follows, or does not.</summary>
    public sealed record Ahead(ExpressionNode Part, bool Negative) : ExpressionNode;

    /// <summary>A place.</summary>
    public sealed record Anchor(AnchorKind Kind) : ExpressionNode;

    /// <summary>Whether the part can match the empty text.</summary>
    public bool IsNullable => this switch
    {
        One => false,
        Sequence sequence => sequence.Parts.All(part => part.IsNullable),
        Alternatives alternatives => alternatives.Parts.Any(part => part.IsNullable),
        Repeat repeat => repeat.Min == 0 || repeat.Part.IsNullable,
        _ => true,
    };
}

/// <summary>Whether a repetition takes much or little, and gives back.</summary>
internal enum RepeatKind
{
    Greedy,
    Lazy,
    Possessive,
}

/// <summary>Places of a text.</summary>
internal enum AnchorKind
{
    TextStart,
    TextEnd,
    LineStart,
    LineEnd,
}
