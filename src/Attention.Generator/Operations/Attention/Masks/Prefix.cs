using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>A query sees its own key, those before it, and the first <paramref name="Length"/> of all: Raffel et al. 2020, section 3.2.1.</summary>
internal sealed record Prefix(int Length) : Interval
{
    public override bool Sees(int query, int key) => key <= query || key < Length;

    public override string First(string query) => "0";

    public override string End(string query, string keys) => $"Math.Min({keys}, Math.Max({query} + 1, {Number(Length)}))";

    public override string Suffix => $"_Prefix{Number(Length)}";

    public override string Story => $", causal behind the first {Number(Length)}";

    public override string Summary => $"; a row sees the first {Number(Length)} keys, and those up to its own";
}
