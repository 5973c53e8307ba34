using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>Each row divided by its Euclidean norm.</summary>
internal sealed record L2Normalize(int Result, Spot Spot, int Input) : RowDivision(Result, Spot, Input)
{
    protected override Division KernelOf(int width, int sourceStride, int destinationStride) => new Code(width, sourceStride, destinationStride);

    internal sealed record Code(int Width, int SourceStride, int DestinationStride) : Division(Width, SourceStride, DestinationStride)
    {
        public override string Divisor => "the Euclidean norm";

        public override string Name => $"L2Normalize_{Width}";

        protected override string Formula => $"y = x / max(‖x‖₂, 1e-12), each row of {Width}; padding is zero.";

        protected override void WriteRow(KernelCode code)
        {
            int padded = Padding.Up(Width, Measures.Group);
            NormCode.WriteSquares(code, padded, () =>
            {
                code.Line($"DoublePrecision.L2Normalize({Width}, ref s, ref d);");
                code.Line("continue;");
            });
            code.Line($"{code.V} norm = {code.Create("MathF.Max(MathF.Sqrt(squares), 1e-12f)")};");
            using (code.Vectors(Number(padded)))
                code.Line(Store($"({code.Load("s", "i")} / norm)", "d", "i"));
        }
    }
}
