namespace Attention.Generator.Operations;

/// <summary>A query sees an interval of keys, whose bounds rise with the query, or are those of a call, and are computed where they are needed.</summary>
internal abstract record Interval : Mask
{
    public sealed override bool Sees(int head, int query, int key) => Sees(query, key);

    /// <summary>Whether a query of any head sees a key.</summary>
    public abstract bool Sees(int query, int key);

    /// <summary>The first key that a query sees, as C#.</summary>
    /// <param name="query">The query, as C#.</param>
    public abstract string First(string query);

    /// <summary>The key behind the last that a query sees, as C#.</summary>
    /// <param name="query">The query, as C#.</param>
    /// <param name="keys">How many keys there are, as C#.</param>
    public abstract string End(string query, string keys);

    /// <summary>Whether every query sees the first key, so that there is nothing before what it sees.</summary>
    public virtual bool IsPrefix => false;

    /// <summary>The first key that any of some rows sees, as C#.</summary>
    /// <param name="query">The first of them, as C#.</param>
    /// <param name="rows">How many, as C#.</param>
    public virtual string FirstOf(string query, string rows) => First($"({query})");

    /// <summary>The key behind the last that any of some rows sees, as C#.</summary>
    /// <param name="query">The first of them, as C#.</param>
    /// <param name="rows">How many, as C#.</param>
    /// <param name="keys">How many keys there are, as C#.</param>
    public virtual string EndOf(string query, string rows, string keys) => End($"({query} + {rows} - 1)", keys);

    /// <summary>What the bounds need beside query and keys, as parameters of a kernel, each with a comma behind it.</summary>
    public virtual string Parameters => "";

    /// <summary>The same as arguments.</summary>
    public virtual string Arguments => "";

    /// <summary>Whether a query sees its own key, which must be there then.</summary>
    public virtual bool SeesItself => true;

    /// <summary>Whether a query may see no key at all. Its row of the result is zero then.</summary>
    public virtual bool MayBeBlind => false;
}

/// <summary>Every query sees every key.</summary>
internal sealed record Everything : Interval
{
    public override bool Sees(int query, int key) => true;

    public override string First(string query) => "0";

    public override string End(string query, string keys) => keys;

    public override bool IsPrefix => true;

    public override bool DependsOnQuery => false;

    public override string Suffix => "";

    public override string Story => "";

    public override string Summary => "";
}

/// <summary>A query sees its own key and those before it: Vaswani et al. 2017, section 3.2.3.</summary>
internal sealed record Causal : Interval
{
    public override bool Sees(int query, int key) => key <= query;

    public override string First(string query) => "0";

    public override string End(string query, string keys) => $"{query} + 1";

    public override bool IsPrefix => true;

    public override string Suffix => "_Causal";

    public override string Story => ", causal";

    public override string Summary => "; row r sees the keys up to position + r";
}

/// <summary>A query sees the keys before its own, which need not be there yet: Cheng et al. 2016, section 3.1.</summary>
internal sealed record Earlier : Interval
{
    public override bool Sees(int query, int key) => key < query;

    public override string First(string query) => "0";

    public override string End(string query, string keys) => query;

    public override bool SeesItself => false;

    public override bool MayBeBlind => true;

    public override string Suffix => "_Earlier";

    public override string Story => ", those before alone";

    public override string Summary => "; a row sees the keys before its own";
}
