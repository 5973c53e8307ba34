using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>Layer normalisation of each row: Ba et al. 2016.</summary>
internal sealed record LayerNorm(int Result, Spot Spot, int Input, int Weight, int? Bias, float Epsilon) : Norm(Result, Spot, Input, Weight, Epsilon)
{
    /// <summary>The bias follows the weight.</summary>
    protected override long WeightsIn(StagePlanner plan) => plan.Weights.Vectors(Spot, plan.WidthOf(Input), Weight, Bias);

    protected override NormCode CodeOf(int width, int sourceStride, int destinationStride) => new RowCode(width, sourceStride, destinationStride, Epsilon, Residual is not null);

    internal sealed record RowCode(int Width, int SourceStride, int DestinationStride, float Epsilon, bool Accumulate)
        : NormCode(Width, SourceStride, DestinationStride, Epsilon, Accumulate, CyclesOfGroup: 8)
    {
        protected override string Kind => "Layer";

        public override string Word => "layer";

        protected override string Formula => $"{Becomes} (x − mean) / √(variance + ε) · weight + bias, each row of {Width}, in two passes; padding stays zero.";

        protected override void WriteRow(KernelCode code)
        {
            int whole = Width / Measures.Group * Measures.Group;
            code.Declare("sum", code.Zero);
            code.Groups(Number(Padded), part => code.Line($"sum{part} += {code.Load("s", code.At("i", part))};"));
            code.Line($"{code.V} mean = {code.Create($"{code.Reduce("Sum", "sum")} / {Width}f")};");
            code.Declare("rest", code.Zero);
            code.Declare("square", code.Zero);
            if (whole > 0)
            {
                code.Groups(Number(whole), part =>
                {
                    code.Line($"{code.V} difference{part} = {code.Load("s", code.At("i", part))} - mean;");
                    code.Line($"rest{part} += difference{part};");
                    code.Line($"square{part} = {code.MultiplyAdd($"difference{part}", $"difference{part}", $"square{part}")};");
                });
            }

            if (whole < Width)
            {
                foreach (int part in code.Parts)
                {
                    code.Line($"{code.V} last{part} = ({code.Load("s", Number(whole + (part * code.Isa.Lanes)))} - mean) & {code.Below(Number(Width - whole), part)};");
                    code.Line($"rest{part} += last{part};");
                    code.Line($"square{part} = {code.MultiplyAdd($"last{part}", $"last{part}", $"square{part}")};");
                }
            }

            code.Line($"float off = {code.Reduce("Sum", "rest")} / {Width}f, variance = ({code.Reduce("Sum", "square")} / {Width}f) + {Float(Epsilon)}; // off: what the rounded mean lacks");
            using (code.Block("if (DoublePrecision.IsNeeded(variance, off))"))
                WriteInDoublePrecision(code, "Normalize");

            code.Line("float factor = 1f / MathF.Sqrt(variance - (off * off));");
            code.Line($"{code.V} scale = {code.Create("factor")}, shift = {code.Create("-off * factor")};");
            Write(code, code.MultiplyAdd(code.MultiplyAdd($"{code.Load("s", "i")} - mean", "scale", "shift"), code.Load("w", "i"), code.Load("w", $"i + {Padded}")));
        }
    }
}
