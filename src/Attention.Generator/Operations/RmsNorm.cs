using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>RMS normalisation of each row, <c>x / √(mean(x²) + ε) · w</c>: Zhang and Sennrich 2019.</summary>
/// <param name="PlusOne">Whether the weights are stored as what they differ from one by.</param>
internal sealed record RmsNorm(int Result, Spot Spot, int Input, int Weight, bool PlusOne, float Epsilon) : Norm(Result, Spot, Input, Weight, Epsilon)
{
    /// <summary>One is added to the weights when they are packed.</summary>
    protected override long WeightsIn(StagePlanner plan) => plan.Weights.Vector(Spot, Weight, PlusOne ? 1 : 0);

    protected override NormCode CodeOf(int width, int sourceStride, int destinationStride) => new RowCode(width, sourceStride, destinationStride, Epsilon, Residual is not null);

    internal sealed record RowCode(int Width, int SourceStride, int DestinationStride, float Epsilon, bool Accumulate)
        : NormCode(Width, SourceStride, DestinationStride, Epsilon, Accumulate, CyclesOfGroup: 5)
    {
        protected override string Kind => "Rms";

        public override string Word => "RMS";

        protected override string Formula => $"{Becomes} x / √(mean(x²) + ε) · weight, each row of {Width}; padding stays zero.";

        protected override void WriteRow(KernelCode code)
        {
            WriteSquares(code, Padded, () => WriteInDoublePrecision(code, "RmsNormalize"));
            code.Line($"{code.V} scale = {code.Create($"1f / MathF.Sqrt((squares / {Width}f) + {Float(Epsilon)})")};");
            Write(code, $"(({code.Load("s", "i")} * scale) * {code.Load("w", "i")})");
        }
    }
}
