using Attention.Generator.Graph;
using Attention.Generator.Kernels;

namespace Attention.Generator.Operations;

/// <summary>The mean of a value and one of another stage, channel by channel.</summary>
/// <param name="Stage">The other stage.</param>
internal sealed record Mean(int Result, Spot Spot, int Own, int Other, int Stage, int Width) : Cell(Result, Spot, EquatableArray.Of(Own, Other), Width)
{
    public override int? OtherStage => Stage;

    public override string Word => "mean";

    protected override string Story => $"mean with {Width} channels of another stage";

    protected override CellCode Code(EquatableArray<int> strides) => new RowCode(Width, strides);

    internal sealed record RowCode(int Width, EquatableArray<int> Strides) : CellCode(Width, Strides)
    {
        public override string Name => $"Mean_{Width}";

        protected override string Formula => "d = (x0 + x1) / 2; padding is zero.";

        protected override string Value(KernelCode code) => $"(({Gate(code, "x0", 0)} + {Gate(code, "x1", 0)}) * {code.Create("0.5f")})";
    }
}
