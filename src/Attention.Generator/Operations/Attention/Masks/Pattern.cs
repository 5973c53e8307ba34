using Attention.Generator.Emit;
using Attention.Generator.Text;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// A query sees any keys: what it sees is computed for every pair when the model is loaded, and packed into blocks and bits, which
/// the runtime's <c>PackedMask</c> holds.
/// </summary>
/// <param name="Length">The most queries.</param>
/// <param name="Within">What it sees at most.</param>
internal abstract record Pattern(int Length, Interval Within) : Mask, IComputed
{
    public sealed override bool Sees(int head, int query, int key) => Within.Sees(query, key) && Chooses(head, query, key);

    /// <summary>Whether a query sees a key, as far as the pattern goes.</summary>
    protected abstract bool Chooses(int head, int query, int key);

    /// <summary>The same as C# of <c>head</c>, <c>query</c> and <c>key</c>.</summary>
    protected abstract string Choice { get; }

    /// <summary>Which pairs alone need to be asked, as arguments of <c>PackedMask.Of</c>; nothing where all do.</summary>
    protected virtual string Limits => "";

    /// <summary>Whether all pairs are asked when a model is loaded.</summary>
    public virtual bool AsksAll => Limits.Length == 0;

    /// <summary>What head, query and key are called there.</summary>
    protected virtual (string Head, string Query, string Key) Parameters => ("head", "query", "key");

    /// <summary>The most keys; as many as queries unless set.</summary>
    public int Keys { get; init; } = Length;

    /// <summary>Whether a query sees of all that only an interval that depends on the call, as of a <see cref="Bounded"/> mask.</summary>
    public bool IsBounded { get; init; }

    /// <summary>What kernels go by that go by nothing else of the pattern.</summary>
    public PatternBounds Bounds => new(IsBounded);

    /// <summary>What patterns of its kind and numbers are called.</summary>
    protected abstract string Title { get; }

    /// <summary>What is told of it.</summary>
    protected abstract string Description { get; }

    /// <summary>After how many heads the patterns come again; 1 where all heads have one.</summary>
    public virtual int Heads => 1;

    public string Name => $"{Title}{Within.Suffix}_{Number(Length)}{(Keys == Length ? "" : $"x{Number(Keys)}")}";

    public virtual string Type => "PackedMask";

    public virtual string Expression
    {
        get
        {
            (string head, string query, string key) = Parameters;
            string within = Within is Everything ? "" : $"{key} >= {Within.First(query)} && {key} < {Within.End(query, Number(Keys))}".Replace("Math.", "global::System.Math.") + " && ";
            return $"{Types.Runtime}PackedMask.Of(heads: {Number(Heads)}, length: {Number(Length)}, {Limits}static ({head}, {query}, {key}) => {within}{(within.Length > 0 ? $"({Choice})" : Choice)}{(Keys == Length ? "" : $", keys: {Number(Keys)}")})";
        }
    }

    public virtual (int Stage, string Method)? Owner => null;

    /// <summary>The mask of <c>head</c>, where kernels are written.</summary>
    public virtual string OfHead => $"{Computed.FieldOf(this)}[{(Heads == 1 ? "0" : $"head % {Number(Heads)}")}]";

    public override string Suffix => $"_{Title}{Within.Suffix}{Bounds.Suffix}";

    public override string Story => $"{Within.Story}, {Description}{Bounds.Story}";

    public override string Summary => $"; a row sees {Description}{(Within is Everything ? "" : Within.Summary.Replace("; ", ", as far as "))}{(IsBounded ? ", in an interval" : "")}";
}

/// <summary>What rows see of a pattern besides, where that depends on the call, as of a <see cref="Bounded"/> mask.</summary>
/// <param name="Exist">Whether it does.</param>
internal readonly record struct PatternBounds(bool Exist)
{
    private static readonly Bounded s_bounded = new(new Everything());

    /// <summary>What they need as parameters of a kernel, each with a comma behind it.</summary>
    public string Parameters => Exist ? s_bounded.Parameters : "";

    /// <summary>The same as arguments.</summary>
    public string Arguments => Exist ? s_bounded.Arguments : "";

    public string Suffix => Exist ? s_bounded.Suffix : "";

    public string Story => Exist ? s_bounded.Story : "";

    /// <summary>The key behind the last that a query may see, as C#.</summary>
    public string EndOf(string query, string keys) => Exist ? $"Math.Min({keys}, {s_bounded.End(query, keys)})" : keys;

    /// <summary>The first that it may see, as a last argument; nothing where that is the first of all.</summary>
    public string FirstOf(string query) => Exist ? ", " + s_bounded.First(query) : "";

    /// <summary>The statement that leaves out entries of which no row of a strip may see any, as C#.</summary>
    public string Trim(string query, string rows) => $"mask.Trim({s_bounded.FirstOf(query, rows)}, {s_bounded.EndOf(query, rows, "keys")}, ref begin, ref count);";
}
