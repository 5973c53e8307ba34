using Attention.Generator.Kernels;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// The softmax of a row's largest scores, of equal ones those of the first keys; the others have weight zero: Gupta et al. 2021,
/// "Memory-efficient Transformers via Top-k Attention".
/// </summary>
internal sealed record TopK(int Keep) : Weighting
{
    public override string Suffix => $"_Top{Number(Keep)}";

    public override string Story => $", the {Number(Keep)} best";

    public override string Formula(string scores) => $"softmax(top {Number(Keep)} of {scores})";

    public override Kernel KernelOf(int scoreStride, float scale, Mask mask, QueryEnd query) => new Code(Keep, scoreStride, mask, new Softmax().KernelOf(scoreStride, scale, mask, query));

    internal sealed record Code(int Keep, int ScoreStride, Mask Mask, Kernel Softmax) : Kernel
    {
        public override string Name => $"Top{Number(Keep)}{Softmax.Name}";

        public override IEnumerable<Kernel> Callees => [Softmax];

        public override void Write(KernelCode code)
        {
            string row = $"ref Unsafe.Add(ref scores, (nint)row * {ScoreStride}";
            (string parameters, string arguments, string keep) = Mask switch
            {
                Interval { IsPrefix: true } => ("int rows, int first, int step, int keys, ", "rows, first, step, keys, ", $"Keep({Number(Keep)}, first + (row * step), {row}))"),
                Interval interval => (
                    "int rows, int position, int keys, int start, int end, " + interval.Parameters, "rows, position, keys, start, end, " + interval.Arguments,
                    $"Keep({Number(Keep)}, {interval.End("(position + row)", "keys")} - from, {row} + from))"),
                Pattern pattern => (
                    "int rows, int query, int keys, int begin, int count, PackedMask mask, " + pattern.BoundParameters, "rows, query, keys, begin, count, mask, " + pattern.BoundArguments,
                    $"KeepPanels({Number(Keep)}, query + row, {pattern.EndOf("query + row", "keys")}, begin, count, mask, {row}){pattern.FirstOf("query + row")})"),
                _ => throw new InvalidOperationException("No best keys under " + Mask.GetType().Name),
            };
            using (code.Method(this, $"The {Number(Keep)} largest scores of each row that it sees, the others −∞, then <see cref=\"{code.NameOf(Softmax)}\"/>.", parameters + "ref float scores"))
            {
                using (code.Block("for (int row = 0; row < rows; row++)"))
                {
                    if (Mask is Interval { IsPrefix: false } window)
                        code.Line($"int from = {window.First("(position + row)")};");
                    code.Line($"TopScores.{keep};");
                }

                code.Line($"{code.NameOf(Softmax)}({arguments}ref scores);");
            }
        }
    }
}
