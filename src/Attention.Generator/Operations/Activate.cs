using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>An element-wise function, which a product does with its finished tile; rows of others are gone through once more.</summary>
internal sealed record Activate(int Result, Spot Spot, int Input, Activation Activation) : PlannedOperation(Result, Spot)
{
    /// <summary>Of a hyperbolic tangent, c of <c>c · tanh(x / c)</c>: Gemma Team 2024, "Gemma 2"; null for none.</summary>
    public float? Cap { get; init; }

    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override int? LiesOn => Input;

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];

    /// <summary>Whether zero stays zero, and so what pads rows.</summary>
    public static bool KeepsZero(Activation activation) => activation != Activation.Sigmoid;

    /// <summary>The function of a vector.</summary>
    private static string Of(KernelCode code, Activation activation, float? cap, string x) => cap is float most
        ? $"({code.VectorMath("Tanh", $"{x} * {code.Create(Float(1 / most))}")} * {code.Create(Float(most))})" : code.VectorMath(activation.ToString(), x);

    private static string NameOf(Activation activation, float? cap) => activation + (cap is null ? "" : "_Capped");

    public override void Plan(StagePlanner plan)
    {
        RowPlace from = plan.PlaceOf(Input), to = plan.PlaceOf(Result);
        plan.Add(new Cell.Call(plan.ShapeOf(Result).Rows, EquatableArray.Of(from, to), Activation.ToString(), new RowsCode(Activation, Cap, plan.WidthOf(Result), EquatableArray.Of(from.Stride, to.Stride))));
    }

    /// <summary>The function of whole rows.</summary>
    internal sealed record RowsCode(Activation Activation, float? Cap, int Width, EquatableArray<int> Strides) : CellCode(Width, Strides)
    {
        public override string Name => $"{NameOf(Activation, Cap)}_{Width}";

        protected override string Formula => $"d = {NameOf(Activation, Cap)}(x0); padding is zero.";

        protected override string Value(KernelCode code) => Of(code, Activation, Cap, Gate(code, "x0", 0));
    }

    /// <summary>The function over a strip of columns; where zero becomes something else, that is of no padding.</summary>
    internal sealed record Code(Activation Activation, float? Cap = null) : Kernel
    {
        public override string Name => NameOf(Activation, Cap);

        public override void Write(KernelCode code)
        {
            using (code.Method(this, $"y = {Name}(y) over a strip of columns, while it is in the first-level cache.", "int rows, int columns, nint stride, ref float y"))
            {
                if (Activation == Activation.Gelu && code.Isa.KeepsTerms)
                {
                    code.Line("VectorMath.GeluRows(rows, columns, stride, ref y);");
                    return;
                }

                using (code.Block("for (int row = 0; row < rows; row++)"))
                {
                    code.Line("ref float d = ref Unsafe.Add(ref y, row * stride);");
                    string value = Of(code, Activation, Cap, code.Load("d", "i"));
                    using (code.Vectors("(nuint)columns"))
                        code.Line(Store(KeepsZero(Activation) ? value : $"({value} & {code.Below("columns - (int)i", 0)})", "d", "i"));
                }
            }
        }
    }
}
