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

    public override void Plan(StagePlanner plan) => plan.Add(new Call(plan.ShapeOf(Result).Rows, plan.PlaceOf(Input), plan.PlaceOf(Result), plan.WidthOf(Result), Activation));

    internal sealed record Call(RowCount Count, RowPlace From, RowPlace Destination, int Width, Activation Activation) : Step, IRuns, ICall
    {
        public string Story => Activation.ToString();

        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan) => way == Way.Plain ? new RowsCode(Activation, Width, From.Stride, Destination.Stride) : null;

        public void Write(StageCode code) => code.Line($"{code.NameOf(this)}({code.RowsOf(Count)}, {code.At(From)}, {code.At(Destination)});");
    }

    /// <summary>The function of whole rows.</summary>
    internal sealed record RowsCode(Activation Activation, int Width, int SourceStride, int DestinationStride) : RowKernel
    {
        public override string Name => $"{Activation}_{Width}";

        protected override string Formula => $"y = {Activation}(x), each row of {Width}; padding stays zero.";

        protected override string Parameters => "int rows, ref float x, ref float y";

        protected override IEnumerable<(string Name, string Start)> References =>
        [
            ("s", $"Unsafe.Add(ref x, (nint)row * {SourceStride})"),
            ("d", $"Unsafe.Add(ref y, (nint)row * {DestinationStride})"),
        ];

        protected override void WriteRow(KernelCode code)
        {
            using (code.Vectors(Text.CodeWriter.Number(Padding.Up(Width, Measures.Group))))
            {
                string value = code.VectorMath(Activation.ToString(), code.Load("s", "i"));
                code.Line(Store(KeepsZero(Activation) ? value : $"({value} & {code.Below($"{Width} - (int)i", 0)})", "d", "i"));
            }
        }
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
