using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>Each row divided by its largest element: DALLE-pytorch's <c>DivideMax</c>.</summary>
internal sealed record DivideMax(int Result, Spot Spot, int Input) : RowDivision(Result, Spot, Input)
{
    protected override Division KernelOf(int width, int sourceStride, int destinationStride) => new Code(width, sourceStride, destinationStride);

    internal sealed record Code(int Width, int SourceStride, int DestinationStride) : Division(Width, SourceStride, DestinationStride)
    {
        public override string Divisor => "the largest element";

        public override string Name => $"DivideMax_{Width}";

        protected override string Formula => $"y = x / max(x), each row of {Width}; padding is zero.";

        protected override void WriteRow(KernelCode code)
        {
            int rest = Width % Measures.Group;
            string whole = Number(Width - rest), lowest = code.Create("float.NegativeInfinity");
            code.Declare("max", lowest);
            if (Width > rest)
                code.Groups(whole, part => Greater(part, code.Load("s", code.At("i", part))));
            foreach (int part in Rest())
            {
                code.Line($"{code.V} below{part} = {code.Below(Number(rest), part)};");
                Greater(part, $"{code.Isa.Vector}.ConditionalSelect(below{part}, {code.Load("s", code.At(whole, part))}, {lowest})");
            }

            code.Line($"{code.V} largest = {code.Create(code.Reduce("Max", "max"))};");
            if (Width > rest)
            {
                using (code.Vectors(whole))
                    code.Line(Store($"({code.Load("s", "i")} / largest)", "d", "i"));
            }

            foreach (int part in Rest())
                code.Line(Store($"({code.Load("s", code.At(whole, part))} / largest & below{part})", "d", code.At(whole, part)));

            IEnumerable<int> Rest() => rest == 0 ? [] : code.Parts;

            void Greater(int part, string value) => code.Line($"max{part} = {code.Isa.Vector}.Max(max{part}, {value});");
        }
    }
}
