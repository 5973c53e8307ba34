using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>A trained vector times an activation of their sum, <c>v · tanh(q + k)</c>: Bahdanau et al. 2015, appendix A.1.2.</summary>
internal sealed record Additive(Activation Activation) : Score(1, null)
{
    public override bool HasVector => true;

    public override string Suffix => "_Additive";

    public override string Story => $", v · {Activation.ToString().ToLowerInvariant()}(query + key)";

    protected override string Product => $"v · {Activation}(Q + K)";

    /// <summary>A tangent is as long as some ten multiply-adds.</summary>
    public override int CostOf(int headWidth) => checked(10 * headWidth);

    public override Kernel KernelOf(int headWidth, int queryStride, int scoreStride, WeightFormat format) => new Code(headWidth, queryStride, scoreStride, Activation, format);

    /// <summary>Tangents take longer than memory does.</summary>
    public override Kernel KernelOf(int headWidth, int queryStride, int scoreStride, WeightFormat format, FewRows rows) => KernelOf(headWidth, queryStride, scoreStride, format);

    /// <summary>Scores of a strip of queries with all keys.</summary>
    internal sealed record Code(int HeadWidth, int QueryStride, int ScoreStride, Activation Activation, WeightFormat Format) : Kernel
    {
        public override string Name => $"Scores_{HeadWidth}_{Activation}{Format.Suffix()}";

        public override void Write(KernelCode code)
        {
            int columns = 2 * code.Isa.Lanes;
            using (code.Method(
                this, $"scores[rows × keys] = v · {Activation}(q + k) over {HeadWidth} channels, ascending, keys in panels of {Measures.KeyPanel}.",
                "int rows, int panels, ref float q, ref float keys, ref float scores, ref float v"))
            using (code.Block("for (int panel = 0; panel < panels; panel++)"))
            using (code.Block("for (int row = 0; row < rows; row++)"))
            using (code.Block($"for (int block = 0; block < {Measures.KeyPanel}; block += {columns})"))
            {
                code.Line($"{code.V} a0 = {code.Zero}, a1 = {code.Zero};");
                code.Line($"ref float query = ref Unsafe.Add(ref q, row * (nint){QueryStride});");
                code.Line($"ref float key = ref Unsafe.Add(ref keys, (panel * (nint){HeadWidth * Measures.KeyPanel / Format.PerFloat()}) + {(Format == WeightFormat.Float32 ? "block" : $"(block / {Format.PerFloat()})")});");
                using (code.Block($"for (int i = 0; i < {HeadWidth}; i++)"))
                {
                    code.Line($"{code.V} one = {code.Create("Unsafe.Add(ref query, i)")}, factor = {code.Create("Unsafe.Add(ref v, i)")};");
                    for (int vector = 0; vector < 2; vector++)
                        code.Line($"a{vector} = {code.MultiplyAdd("factor", code.VectorMath(Activation.ToString(), $"one + {code.Load(Format, "key", vector == 0 ? "" : Number(code.Isa.Lanes))}"), "a" + vector)};");
                    code.Line($"key = ref Unsafe.Add(ref key, {Measures.KeyPanel / Format.PerFloat()});");
                }

                code.Line($"ref float d = ref Unsafe.Add(ref scores, (row * (nint){ScoreStride}) + (panel * {Measures.KeyPanel}) + block);");
                for (int vector = 0; vector < 2; vector++)
                    code.Line(Store("a" + vector, "d", vector == 0 ? "" : Number(code.Isa.Lanes)));
            }
        }
    }
}
