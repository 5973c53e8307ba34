using Attention.Generator.Emit;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// A query sees any keys: what it sees is computed for every pair when the model is loaded, and packed into blocks and bits, which
/// the runtime's <c>PackedMask</c> holds.
/// </summary>
/// <param name="Length">The most queries, and keys.</param>
/// <param name="Within">What it sees at most.</param>
internal abstract record Pattern(int Length, Interval Within) : Mask, IPattern
{
    public sealed override bool Sees(int query, int key) => Within.Sees(query, key) && Chooses(query, key);

    /// <summary>Whether a query sees a key, as far as the pattern goes.</summary>
    protected abstract bool Chooses(int query, int key);

    /// <summary>The same as C# of <c>query</c> and <c>key</c>.</summary>
    protected abstract string Choice { get; }

    /// <summary>What patterns of its kind and numbers are called.</summary>
    protected abstract string Title { get; }

    /// <summary>What is told of it.</summary>
    protected abstract string Description { get; }

    public string Name => $"{Title}{Within.Suffix}_{Number(Length)}";

    public string Code
    {
        get
        {
            string within = Within is Everything ? "" : $"key >= {Within.First("query").Replace("Math.", "global::System.Math.")} && key < {Within.End("query", Number(Length)).Replace("Math.", "global::System.Math.")} && ";
            return $"static (query, key) => {within}{(within.Length > 0 ? $"({Choice})" : Choice)}";
        }
    }

    public virtual (int Stage, int Part)? Owner => null;

    public override string Suffix => $"_{Title}{Within.Suffix}";

    public override string Story => $"{Within.Story}, {Description}";

    public override string Summary => $"; a row sees {Description}{(Within is Everything ? "" : Within.Summary.Replace("; ", ", as far as "))}";
}

/// <summary>What a method of the user's says: <c>static bool Method(int query, int key)</c> of the stage's class.</summary>
/// <param name="Stage">The stage, by its place in the declaration.</param>
/// <param name="Part">The attribute that names it, by its place in the stage.</param>
/// <param name="Method">The method.</param>
internal sealed record OwnPattern(int Length, Interval Within, int Stage, int Part, string Method) : Pattern(Length, Within)
{
    protected override bool Chooses(int query, int key) => throw new InvalidOperationException($"What {Method} says is known only once it is compiled");

    protected override string Choice => $"{Names.Identifier(Method)}(query, key)";

    protected override string Title => $"Own{Number(Stage)}_{Number(Part)}";

    protected override string Description => $"what '{Method}' says";

    public override (int Stage, int Part)? Owner => (Stage, Part);
}
