using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>A query sees its own key and so many before and behind it: Beltagy et al. 2020, "Longformer", section 3.1.</summary>
/// <param name="Before">Keys before its own.</param>
/// <param name="After">Keys behind its own, 0 where it may not see those to come.</param>
internal sealed record Window(int Before, int After) : Interval
{
    public override bool Sees(int query, int key) => key >= query - Before && key <= query + After;

    public override string First(string query) => $"Math.Max(0, {query} - {Number(Before)})";

    public override string End(string query, string keys) => After == 0 ? $"{query} + 1" : $"Math.Min({keys}, {query} + {Number(After + 1)})";

    public override int? Most => Before + After + 1;

    public override string Suffix => $"_Window{Number(Before)}{(After == 0 ? "_Causal" : "")}";

    public override string Story => $", window of {Number(Before)} before{(After == 0 ? "" : $" and {Number(After)} behind")}";

    public override string Summary => $"; a row sees the {Number(Before)} keys before its own{(After == 0 ? " and that" : $", that, and the {Number(After)} behind")}";
}
