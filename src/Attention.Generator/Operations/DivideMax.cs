using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>Each row divided by its largest element: DALLE-pytorch's <c>DivideMax</c>.</summary>
internal sealed record DivideMax(int Result, Spot Spot, int Input) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override int? LiesOn => Input;

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];

    public override void Plan(StagePlanner plan) => plan.Add(new Call(plan.ShapeOf(Result).Rows, plan.PlaceOf(Input), plan.PlaceOf(Result), plan.WidthOf(Input)));

    internal sealed record Call(RowCount Count, RowPlace From, RowPlace Destination, int Width) : Step, IRuns, ICall
    {
        public string Story => "divide by the largest element";

        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan) => way == Way.Plain ? new Code(Width, From.Stride, Destination.Stride) : null;

        public void Write(StageCode code) => code.Line($"{code.NameOf(this)}({code.RowsOf(Count)}, {code.At(From)}, {code.At(Destination)});");
    }

    internal sealed record Code(int Width, int SourceStride, int DestinationStride) : RowKernel
    {
        public override string Name => $"DivideMax_{Width}";

        protected override string Formula => $"y = x / max(x), each row of {Width}; padding is zero.";

        protected override string Parameters => "int rows, ref float x, ref float y";

        protected override IEnumerable<(string Name, string Start)> References =>
            [("s", $"Unsafe.Add(ref x, (nint)row * {SourceStride})"), ("d", $"Unsafe.Add(ref y, (nint)row * {DestinationStride})")];

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
