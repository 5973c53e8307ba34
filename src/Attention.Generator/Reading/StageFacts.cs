namespace Attention.Generator.Reading;

/// <summary>
/// What a stage shows, as its attributes tell it one by one: of a sound stage and of one whose attributes contradict each
/// other, which has the surface of all that they might mean.
/// </summary>
internal sealed record StageFacts
{
    /// <summary>The place of the first <c>[Encoder]</c> or <c>[Decoder]</c> among the attributes, −1 without one.</summary>
    public int Header { get; init; } = -1;

    /// <summary>What the names of its tensors start with; null for what the layout says.</summary>
    public string? Prefix { get; init; }

    public bool IsEncoder { get; init; }

    public bool IsDecoder { get; init; }

    /// <summary>Whether there is anything that a call takes or that is read instead.</summary>
    public bool HasSource { get; init; }

    /// <summary>Whether a call takes tokens.</summary>
    public bool TakesTokens { get; init; }

    /// <summary>Whether a call can tell the types of tokens.</summary>
    public bool TakesTypes { get; init; }

    /// <summary>Whether a call gives a label for each row.</summary>
    public bool TakesLabels { get; init; }

    public bool TakesImages { get; init; }

    public bool TakesFeatures { get; init; }

    /// <summary>Whether it reads another stage's rows instead of what a call gives.</summary>
    public bool TakesRows { get; init; }

    /// <summary>Whether it attends to another stage.</summary>
    public bool AttendsToOthers { get; init; }

    /// <summary>Whether one vector is left of its rows.</summary>
    public bool IsPooled { get; init; }

    /// <summary>Whether its output scores the vocabulary.</summary>
    public bool HasLogits { get; init; }

    /// <summary>How many exchanges with another stage follow its layers, or groups of these.</summary>
    public int Groups { get; init; }

    /// <summary>Self-attentions whose weights a session may keep.</summary>
    public int SelfCaptures { get; init; }

    /// <summary>Cross-attentions whose weights a session may keep.</summary>
    public int CrossCaptures { get; init; }

    /// <summary>Attentions to a memory whose weights a session may keep.</summary>
    public int ExternalCaptures { get; init; }

    /// <summary>The methods by which the class gives what its own methods, which attributes name, say.</summary>
    public EquatableArray<string> OwnMethods { get; init; } = EquatableArray<string>.Empty;
}
