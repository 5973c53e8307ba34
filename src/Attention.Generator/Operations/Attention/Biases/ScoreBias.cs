using Attention.Generator.Emit;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>What is added to the scores once they are scaled, whatever queries and keys hold.</summary>
/// <param name="Length">The most queries.</param>
/// <param name="Heads">How many heads there are, each with its own.</param>
/// <param name="Scale">What scores are multiplied by, which the bias undoes beforehand.</param>
internal abstract record ScoreBias(int Length, int Heads, float Scale)
{
    /// <summary>The most keys; as many as queries unless set.</summary>
    public int Keys { get; init; } = Length;

    /// <summary>A name that no other bias of the model has.</summary>
    public abstract string Name { get; }

    /// <summary>Whether it is trained, so that kernels take it.</summary>
    public virtual bool IsTrained => false;

    /// <summary>The statement that adds it to scores of <c>head</c>, where kernels are written.</summary>
    /// <param name="rows">How many rows, as C#.</param>
    /// <param name="query">The first row's query.</param>
    /// <param name="key">The first key.</param>
    /// <param name="count">How many keys.</param>
    /// <param name="scores">A reference to the first score.</param>
    /// <param name="stride">The distance of two rows of scores.</param>
    /// <param name="trained">What is trained.</param>
    public abstract string Add(string rows, string query, string key, string count, string scores, int stride, string trained);

    /// <summary>What is told of it in the story.</summary>
    public abstract string Story { get; }
}

/// <summary>One that is computed when the model is loaded.</summary>
internal abstract record ComputedBias(int Length, int Heads, float Scale) : ScoreBias(Length, Heads, Scale), IComputed
{
    public virtual string Type => "ScoreBias";

    public abstract string Expression { get; }

    public virtual (int Stage, string Method)? Owner => null;

    /// <summary>Which element belongs to <c>head</c>.</summary>
    protected virtual string Element => "head";

    /// <summary>What its <c>Add</c> takes behind the rest, as arguments.</summary>
    protected virtual string More => "";

    public sealed override string Add(string rows, string query, string key, string count, string scores, int stride, string trained) =>
        $"{Computed.FieldOf(this)}[{Element}].Add({rows}, {query}, {key}, {count}, {scores}, {Number(stride)}{More});";
}
