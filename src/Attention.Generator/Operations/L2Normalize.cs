using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>Each row divided by its Euclidean norm.</summary>
internal sealed record L2Normalize(int Result, Spot Spot, int Input) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override int? LiesOn => Input;

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];

    public override void Plan(StagePlanner plan) => plan.Add(new Call(plan.ShapeOf(Result).Rows, plan.PlaceOf(Input), plan.PlaceOf(Result), plan.WidthOf(Input)));

    internal sealed record Call(RowCount Count, RowPlace From, RowPlace Destination, int Width) : Step, IRuns, ICall
    {
        public string Story => "divide by the Euclidean norm";

        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan) => way == Way.Plain ? new Code(Width, From.Stride, Destination.Stride) : null;

        public void Write(StageCode code) => code.Line($"{code.NameOf(this)}({code.RowsOf(Count)}, {code.At(From)}, {code.At(Destination)});");
    }

    internal sealed record Code(int Width, int SourceStride, int DestinationStride) : RowKernel
    {
        public override string Name => $"L2Normalize_{Width}";

        protected override string Formula => $"y = x / max(‖x‖₂, 1e-12), each row of {Width}; padding is zero.";

        protected override string Parameters => "int rows, ref float x, ref float y";

        protected override IEnumerable<(string Name, string Start)> References =>
            [("s", $"Unsafe.Add(ref x, (nint)row * {SourceStride})"), ("d", $"Unsafe.Add(ref y, (nint)row * {DestinationStride})")];

        protected override void WriteRow(KernelCode code)
        {
            int padded = Padding.Up(Width, Measures.Group);
            NormCode.WriteSquares(code, padded, $"L2Normalize({Width}, ref s, ref d)");
            code.Line($"{code.V} norm = {code.Create("MathF.Max(MathF.Sqrt(squares), 1e-12f)")};");
            using (code.Vectors(Number(padded)))
                code.Line(Store($"({code.Load("s", "i")} / norm)", "d", "i"));
        }
    }
}
