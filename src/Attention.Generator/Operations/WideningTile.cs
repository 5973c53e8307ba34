using Attention.Generator.Kernels;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>A panel's first block of rows: it widens the stored weights as it multiplies them, and leaves the floats for the blocks behind it.</summary>
internal sealed record WideningTile(Tile Of) : Kernel
{
    public override string Name => Of.Name + "_Wide";

    public override void Write(KernelCode code) => code.Heights(
        this, $"The first rows of one panel, which is widened for others, {Of.Vectors} × {code.Isa.Lanes} columns, K = {Number(Of.K)}.",
        "ref float x, ref float w, ref float wide, ref float bias, ref float y, nint stride, bool accumulate" + Of.ScaleParameter, "ref x, ref w, ref wide, ref bias, ref y, stride, accumulate" + Of.ScaleArgument,
        height =>
        {
            Of.Multiply(code, height, unroll: 1, asks: null, wide: "wide");
            Of.WriteResult(code, height);
        });
}
