using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;

namespace Attention.Generator.Operations;

/// <summary>An element-wise function, which a product does with its finished tile; rows of others are gone through once more.</summary>
internal sealed record Activate(int Result, Spot Spot, int Input, Activation Activation) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override int? LiesOn => Input;

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];

    /// <summary>Whether zero stays zero, and so what pads rows.</summary>
    public static bool KeepsZero(Activation activation) => activation != Activation.Sigmoid;

    public override void Plan(StagePlanner plan)
    {
        RowPlace from = plan.PlaceOf(Input), to = plan.PlaceOf(Result);
        plan.Add(new Cell.Call(plan.ShapeOf(Result).Rows, EquatableArray.Of(from, to), Activation.ToString(), new RowsCode(Activation, plan.WidthOf(Result), EquatableArray.Of(from.Stride, to.Stride))));
    }

    /// <summary>The function of whole rows.</summary>
    internal sealed record RowsCode(Activation Activation, int Width, EquatableArray<int> Strides) : CellCode(Width, Strides)
    {
        public override string Name => $"{Activation}_{Width}";

        protected override string Formula => $"d = {Activation}(x0); padding is zero.";

        protected override string Value(KernelCode code) => code.VectorMath(Activation.ToString(), Gate(code, "x0", 0));
    }

    /// <summary>The function over a strip of columns; where zero becomes something else, that is of no padding.</summary>
    internal sealed record Code(Activation Activation) : Kernel
    {
        public override string Name => Activation.ToString();

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
                    string value = code.VectorMath(Activation.ToString(), code.Load("d", "i"));
                    using (code.Vectors("(nuint)columns"))
                        code.Line(Store(KeepsZero(Activation) ? value : $"({value} & {code.Below("columns - (int)i", 0)})", "d", "i"));
                }
            }
        }
    }
}
