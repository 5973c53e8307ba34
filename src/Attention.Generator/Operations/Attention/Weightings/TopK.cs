using Attention.Generator.Kernels;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// The softmax of a row's largest scores, of equal ones those of the first keys; the others have weight zero: Gupta et al. 2021,
/// "Memory-efficient Transformers via Top-k Attention".
/// </summary>
internal sealed record TopK(int Keep) : Weighting
{
    public override string Suffix => $"_Top{Number(Keep)}{(HasSinks ? "_Sink" : "")}";

    public override string Story => $", the {Number(Keep)} best{(HasSinks ? ", a sink for each head" : "")}";

    public override string Formula(string scores) => $"softmax(top {Number(Keep)} of {scores}{(HasSinks ? ", sink" : "")})";

    public override Kernel KernelOf(int scoreStride, float scale, Mask mask, QueryEnd query) => new Code(Keep, scoreStride, mask is Interval { IsPrefix: false } interval ? interval : null, (mask as Pattern)?.Bounds, HasSinks, new Softmax { HasSinks = HasSinks }.KernelOf(scoreStride, scale, mask, query));

    /// <param name="Interval">What rows see, where that is no pattern and need not begin with the first key.</param>
    /// <param name="Pattern">What bounds it, where it is a pattern.</param>
    internal sealed record Code(int Keep, int ScoreStride, Interval? Interval, PatternBounds? Pattern, bool HasSink, Kernel Softmax) : Kernel
    {
        public override string Name => $"Top{Number(Keep)}{Softmax.Name}";

        public override IEnumerable<Kernel> Callees => [Softmax];

        public override void Write(KernelCode code)
        {
            string row = $"ref Unsafe.Add(ref scores, (nint)row * {ScoreStride}";
            (string parameters, string arguments, string keep) = (Interval, Pattern) switch
            {
                (null, null) => ("int rows, int first, int step, int keys, ", "rows, first, step, keys, ", $"Keep({Number(Keep)}, first + (row * step), {row}))"),
                (Interval interval, _) => (
                    "int rows, int position, int keys, int start, int end, " + interval.Parameters, "rows, position, keys, start, end, " + interval.Arguments,
                    $"Keep({Number(Keep)}, {interval.End("(position + row)", "keys")} - from, {row} + from))"),
                (_, PatternBounds bounds) => (
                    "int rows, int query, int keys, int begin, int count, PackedMask mask, " + bounds.Parameters, "rows, query, keys, begin, count, mask, " + bounds.Arguments,
                    $"KeepPanels({Number(Keep)}, query + row, {bounds.EndOf("query + row", "keys")}, begin, count, mask, {row}){bounds.FirstOf("query + row")})"),
            };
            using (code.Method(this, $"The {Number(Keep)} largest scores of each row that it sees, the others −∞, then <see cref=\"{code.NameOf(Softmax)}\"/>.", parameters + "ref float scores" + Operations.Softmax.Code.SinkOf(HasSink)))
            {
                using (code.Block("for (int row = 0; row < rows; row++)"))
                {
                    if (Interval is not null)
                        code.Line($"int from = {Interval.First("(position + row)")};");
                    code.Line($"TopScores.{keep};");
                }

                code.Line($"{code.NameOf(Softmax)}({arguments}ref scores{(HasSink ? ", sink" : "")});");
            }
        }
    }
}
