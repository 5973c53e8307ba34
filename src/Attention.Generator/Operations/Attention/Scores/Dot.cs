using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>Their product, scaled: Vaswani et al. 2017, section 3.2.1.</summary>
internal sealed record Dot(float Scale, float? Cap) : Score(Scale, Cap)
{
    /// <summary>What products of heads so wide are multiplied by unless a declaration says otherwise.</summary>
    public static float ScaleOf(int headWidth) => (float)(1 / Math.Sqrt(headWidth));

    protected override string Product => "scale · Q·Kᵀ";

    public override bool Asks => true;

    public override Kernel KernelOf(int headWidth, int queryStride, int scoreStride, WeightFormat format) => new Code(headWidth, queryStride, scoreStride, format);

    public override Kernel KernelOf(int headWidth, int queryStride, int scoreStride, WeightFormat format, FewRows rows) => new Code(headWidth, queryStride, scoreStride, format) { Few = rows };

    /// <summary>Scores of a strip of queries with all keys.</summary>
    internal sealed record Code(int HeadWidth, int QueryStride, int ScoreStride, WeightFormat Format) : Kernel
    {
        /// <summary>How many rows there are at most, where they are few.</summary>
        public FewRows? Few { get; init; }

        public override string Name => $"Scores_{HeadWidth}{Format.Suffix()}{Few?.Suffix}";

        public override void Write(KernelCode code)
        {
            code.Heights(
                this, $"scores[height × keys] = q[height × {HeadWidth}] · Kᵀ, keys in panels of {Measures.KeyPanel}.",
                "int panels, ref float q, ref float keys, ref float scores" + Few?.Parameters, "panels, ref q, ref keys, ref scores" + Few?.Arguments,
                height =>
                {
                    code.Line("ref float d = ref scores;");
                    code.Line("ref float panel = ref keys;");
                    int columns = 2 * code.Isa.Lanes, blocks = Measures.KeyPanel / columns, unroll = height > 1 ? 1 : Unroll(HeadWidth);
                    int? asks = null;
                    if (Few is not null)
                        (unroll, asks) = FewRows.Turns(HeadWidth, columns, unroll);
                    using (code.Block("while (true)"))
                    {
                        if (blocks == 1)
                        {
                            Block("panel");
                        }
                        else
                        {
                            using (code.Block($"for (int block = 0; block < {Measures.KeyPanel / Format.PerFloat()}; block += {columns / Format.PerFloat()})"))
                                Block("Unsafe.Add(ref panel, block)");
                        }

                        code.Line("if (--panels == 0)");
                        code.Line("    return;");
                        code.Line($"panel = ref Unsafe.Add(ref panel, {HeadWidth * Measures.KeyPanel / Format.PerFloat()});");
                    }

                    void Block(string weights)
                    {
                        code.Multiply(height, 2, "q", weights, QueryStride, Measures.KeyPanel, Number(HeadWidth), unroll, Format, asksAhead: false, beside: asks is int rows ? () => Few!.Ask(code, rows) : null);
                        for (int row = 0; row < height; row++)
                        {
                            for (int vector = 0; vector < 2; vector++)
                                code.Line(Store($"a{row}{vector}", "d", Number((row * ScoreStride) + (vector * code.Isa.Lanes))));
                        }

                        code.Line($"d = ref Unsafe.Add(ref d, {columns});");
                    }
                },
                Few?.Most);
        }
    }
}
