using Attention.Generator.Kernels;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// One key has all the weight, drawn with the probabilities of the softmax: hard attention, Xu et al. 2015, "Show, Attend and Tell",
/// section 4.1. A query's row has a number from 0 to below 1 behind its channels, in the bits of two floats.
/// </summary>
internal sealed record Sampled : Weighting
{
    public override bool ReadsQuery => true;

    public override string Suffix => "_Sampled";

    public override string Story => ", one key drawn";

    public override string Formula(string scores) => $"one of softmax({scores})";

    public override Kernel KernelOf(int scoreStride, float scale, Mask mask, QueryEnd query) => new Code(scoreStride, query, new Softmax().KernelOf(scoreStride, scale, mask, query));

    internal sealed record Code(int ScoreStride, QueryEnd Query, Kernel Softmax) : Kernel
    {
        public override string Name => "Sampled" + Softmax.Name;

        public override IEnumerable<Kernel> Callees => [Softmax];

        public override void Write(KernelCode code)
        {
            using (code.Method(this, $"<see cref=\"{code.NameOf(Softmax)}\"/>, then one weight 1 of each row, drawn by the number behind its query, the others 0.", "int rows, int first, int step, int keys, ref float scores, ref float q"))
            {
                code.Line($"{code.NameOf(Softmax)}(rows, first, step, keys, ref scores);");
                using (code.Block("for (int row = 0; row < rows; row++)"))
                    code.Line($"HardChoice.Draw(first + (row * step), ref Unsafe.Add(ref scores, (nint)row * {ScoreStride}), {Number(ScoreStride - Measures.InverseSum)}, ref Unsafe.Add(ref q, ((nint)row * {Query.Stride}) + {Query.Column}));");
            }
        }
    }
}
