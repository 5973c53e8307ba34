using System.Globalization;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Text;

namespace Attention.Generator.Operations;

/// <summary>Each row times a number.</summary>
internal sealed record Times(int Result, Spot Spot, int Input, float Factor, int Width) : Cell(Result, Spot, EquatableArray.Of(Input), Width)
{
    public override int? LiesOn => Input;

    public override string Word => "scaled";

    protected override string Story => $"times {Factor.ToString("R", CultureInfo.InvariantCulture)}";

    protected override CellCode Code(EquatableArray<int> strides) => new RowCode(Factor, Width, strides);

    internal sealed record RowCode(float Factor, int Width, EquatableArray<int> Strides) : CellCode(Width, Strides)
    {
        public override string Name => $"Times_{Width}";

        protected override string Formula => $"d = x0 · {Factor.ToString("R", CultureInfo.InvariantCulture)}; padding is zero.";

        protected override string Value(KernelCode code) => $"({Gate(code, "x0", 0)} * {code.Create(CodeWriter.Float(Factor))})";
    }
}
