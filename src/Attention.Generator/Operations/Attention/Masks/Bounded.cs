using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>A query sees an interval that depends on the call: an operation computes its bounds, a row of two numbers for each query.</summary>
/// <param name="Within">What it sees at most.</param>
internal sealed record Bounded(Interval Within) : Interval
{
    /// <summary>As far as is known without a call.</summary>
    public override bool Sees(int query, int key) => Within.Sees(query, key);

    public override string First(string query) => Later($"(int){At(query, 0)}", Within.First(query));

    public override string End(string query, string keys) => Sooner($"(int){At(query, 1)}", Within.End(query, keys), keys);

    /// <summary>Rows of beams are of different calls, whose bounds need not rise.</summary>
    public override string FirstOf(string query, string rows) => Later($"RowLabels.Least({rows}, ref {At(query, 0)})", Within.FirstOf(query, rows));

    public override string EndOf(string query, string rows, string keys) => Sooner($"RowLabels.Most({rows}, ref {At(query, 1)})", Within.EndOf(query, rows, keys), keys);

    private static string Later(string bound, string first) => first == "0" ? bound : $"Math.Max({bound}, {first})";

    private static string Sooner(string bound, string end, string keys) => end == keys ? bound : $"Math.Min({bound}, {end})";

    /// <summary>Bounds of the query <c>origin</c> stand at <c>bounds</c>.</summary>
    private static string At(string query, int place) => $"Unsafe.Add(ref bounds, (({query}) - origin) * (nint){Number(Padding.Stride(2))}{(place == 0 ? "" : " + 1")})";

    public override string Parameters => "int origin, ref float bounds, ";

    public override string Arguments => "origin, ref bounds, ";

    public override bool MayBeBlind => true;

    public override string Suffix => "_Bounded" + Within.Suffix;

    public override string Story => Within.Story + ", by labels";

    public override string Summary => "; a row sees an interval of keys" + Within.Summary.Replace("; ", ", as far as ");
}
