using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// Products of queries with keys of relative positions, and of keys with queries of such: He et al. 2021, "DeBERTa", section 3.1. Keys and queries of positions depend on
/// weights alone, so they are packed as keys are, a column for each distance: those that queries meet from the farthest key behind on, those that keys meet from the farthest query before on.
/// What a strip of rows makes of neighbouring columns are then its scores, each row's one column further along than that of the row before.
/// </summary>
/// <param name="HeadWidth">Channels of a head.</param>
/// <param name="Largest">The distance from which on all are in the last bucket of a side; null where each bucket holds a distance.</param>
/// <param name="Terms">Which of the two products there are.</param>
internal sealed record Disentangled(int Length, int Heads, float Scale, int HeadWidth, int? Largest, DisentangledTerms Terms) : ScoreBias(Length, Heads, Scale)
{
    /// <summary>Whether queries meet positions.</summary>
    public bool HasKeys => Terms != DisentangledTerms.PositionToContent;

    /// <summary>Whether keys do.</summary>
    public bool HasQueries => Terms != DisentangledTerms.ContentToPosition;

    /// <summary>Columns of a head's panels: distances to both sides, and as many as keys behind the last may stand in their panel.</summary>
    public int Columns => checked(Padding.Up(Length - 1 + Padding.Up(Length, Measures.KeyPanel), Measures.KeyPanel));

    /// <summary>The floats of a head's panels.</summary>
    public int HeadFloats => checked(Columns * HeadWidth);

    /// <summary>The distance of two rows of products: a strip's begin in a panel, and each one column further along.</summary>
    public int StripStride => Padding.Stride(checked(Padding.Up(Length, Measures.KeyPanel) + (2 * Measures.KeyPanel)));

    /// <summary>The distance of two rows of what keys add.</summary>
    public int PairStride => Padding.Stride(Padding.Up(Length, Measures.KeyPanel));

    private int StripFloats => checked(Padding.StripRows * StripStride);

    public override string Name => $"Disentangled{Number(Heads)}x{Number(HeadWidth)}_{Number(Length)}" + (Terms == DisentangledTerms.Both ? "" : "_" + Terms);

    public override bool IsTrained => true;

    public override int ScratchFloats => checked(StripFloats + (HasQueries ? Length * PairStride : 0));

    public override int Cost => (HasKeys && HasQueries ? 2 : 1) * HeadWidth;

    public override IEnumerable<Kernel> Kernels(AttendStrips strips)
    {
        yield return RowsOf(strips);
        if (HasQueries)
            yield return PairsOf(strips);
    }

    private Rows RowsOf(AttendStrips strips) => new(this, strips.QueryStride, strips.ScoreStride);

    private Pairs PairsOf(AttendStrips strips) => new(this, strips.KeyStride);

    public override string? Begin(KernelCode code, AttendStrips strips) => !HasQueries ? null
        : $"{code.NameOf(PairsOf(strips))}(position, rows, keys, ref Unsafe.Add(ref work.W, (start * {Number(strips.KeyStride)}) + (head * {Number(HeadWidth)})), ref Unsafe.Add(ref work.U, {Panels(HasKeys ? "head + " + Number(Heads) : "head")}), ref added, ref Unsafe.Add(ref added, {Number(StripFloats)}));";

    public override string Add(KernelCode code, ScoredStrip strip)
    {
        string pairs = HasQueries ? $", ref Unsafe.Add(ref added, {Number(StripFloats)} + (row * (nint){Number(PairStride)}) + {strip.Key})" : "";
        return $"{code.NameOf(RowsOf(strip.Strips))}({strip.Rows}, {strip.Query}, {strip.Key}, {strip.Count}, ref q, {strip.Scores}, ref Unsafe.Add(ref {strip.Trained}, {Panels("head")}), ref added{pairs});";
    }

    private string Panels(string head) => $"({head}) * (nint){Number(HeadFloats)}";

    public override string Story => Terms switch
    {
        DisentangledTerms.ContentToPosition => ", keys of relative positions",
        DisentangledTerms.PositionToContent => ", queries of relative positions",
        _ => ", keys and queries of relative positions",
    };

    /// <summary>Products of rows with panels of positions.</summary>
    private Dot.Code ProductOf(int sourceStride) => new(HeadWidth, sourceStride, StripStride, WeightFormat.Float32);

    /// <summary>Adds to a strip of scores what queries make of positions, and what keys have made of them.</summary>
    internal sealed record Rows(Disentangled Of, int QueryStride, int ScoreStride) : Kernel
    {
        private Dot.Code Product => Of.ProductOf(QueryStride);

        public override string Name => Of.Name;

        public override IEnumerable<Kernel> Callees => Of.HasKeys ? [Product] : [];

        public override void Write(KernelCode code)
        {
            string terms = string.Join(" + ", new[] { Of.HasKeys ? "q · keys of positions" : null, Of.HasQueries ? "pairs" : null }.OfType<string>());
            using (code.Method(this, $"scores[rows × count] += {terms}.", "int rows, int query, int key, int count, ref float q, ref float scores, ref float panels, ref float strip" + (Of.HasQueries ? ", ref float pairs" : "")))
            {
                if (Of.HasKeys)
                {
                    code.Line($"int first = {Number(Of.Length)} - query - rows + key, skipped = first & {Measures.KeyPanel - 1}; // of the last row");
                    code.Line($"{code.NameOf(Product)}(rows, (skipped + rows - 1 + ((count + {Measures.Group - 1}) & ~{Measures.Group - 1}) + {Measures.KeyPanel - 1}) / {Measures.KeyPanel}, ref q, ref Unsafe.Add(ref panels, (first - skipped) * (nint){Number(Of.HeadWidth)}), ref strip);");
                    code.Line($"ScoreBias.Add(rows, count, ref scores, {Number(ScoreStride)}, ref Unsafe.Add(ref strip, skipped + rows - 1), {Number(Of.StripStride - 1)});");
                }

                if (Of.HasQueries)
                    code.Line($"ScoreBias.Add(rows, count, ref scores, {Number(ScoreStride)}, ref pairs, {Number(Of.PairStride)});");
            }
        }
    }

    /// <summary>What each key makes of the positions from which the rows of a chunk see it, a strip of keys at a time, row by row.</summary>
    internal sealed record Pairs(Disentangled Of, int KeyStride) : Kernel
    {
        private Dot.Code Product => Of.ProductOf(KeyStride);

        public override string Name => Of.Name + "_Keys";

        public override IEnumerable<Kernel> Callees => [Product];

        public override void Write(KernelCode code)
        {
            using (code.Method(this, "pairs[rows × keys] = k · queries of positions.", "int position, int rows, int keys, ref float k, ref float panels, ref float strip, ref float pairs"))
            using (code.Block("for (int key = 0, tall; key < keys; key += tall)"))
            {
                code.Line($"tall = Math.Min(keys - key, {code.Isa.Height});");
                code.Line($"int first = {Number(Of.Length)} + position - key - tall, skipped = first & {Measures.KeyPanel - 1}; // of the last key");
                code.Line($"{code.NameOf(Product)}(tall, (skipped + tall - 1 + rows + {Measures.KeyPanel - 1}) / {Measures.KeyPanel}, ref Unsafe.Add(ref k, key * (nint){Number(KeyStride)}), ref Unsafe.Add(ref panels, (first - skipped) * (nint){Number(Of.HeadWidth)}), ref strip);");
                code.Line($"RowCopy.Transpose(tall, rows, ref Unsafe.Add(ref strip, skipped + tall - 1), {Number(Of.StripStride - 1)}, ref Unsafe.Add(ref pairs, key), {Number(Of.PairStride)});");
            }
        }
    }
}
