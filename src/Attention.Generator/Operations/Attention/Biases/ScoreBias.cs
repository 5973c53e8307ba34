using Attention.Generator.Emit;

namespace Attention.Generator.Operations;

/// <summary>What is added to the scores once they are scaled, whatever queries and keys hold; computed when the model is loaded.</summary>
/// <param name="Length">The most queries.</param>
/// <param name="Heads">How many heads there are, each with its own.</param>
/// <param name="Scale">What scores are multiplied by, which the bias undoes beforehand.</param>
internal abstract record ScoreBias(int Length, int Heads, float Scale) : IComputed
{
    /// <summary>The most keys; as many as queries unless set.</summary>
    public int Keys { get; init; } = Length;

    /// <summary>A name that no other bias of the model has.</summary>
    public abstract string Name { get; }

    public virtual string Type => "ScoreBias";

    public abstract string Expression { get; }

    public virtual (int Stage, string Method)? Owner => null;

    /// <summary>What its <c>Add</c> takes behind the rest, as arguments.</summary>
    public virtual string More => "";

    /// <summary>What is told of it in the story.</summary>
    public abstract string Story { get; }
}
