using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>A gated linear unit, <c>activation(gate) ∘ up</c>, channel by channel: Dauphin et al. 2017, Shazeer 2020.</summary>
internal sealed record Glu(int Result, Spot Spot, Slice Gate, Slice Up, int Width, Activation Activation) : PlannedOperation(Result, Spot), IReadsColumns
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Gate.Value, Up.Value);

    public EquatableArray<Slice> Columns => EquatableArray.Of(Gate, Up);

    public string ColumnsWord => "gate, up";

    public override string Word => "hidden";

    public Operation WithColumns(Func<Slice, Slice> moved) => this with { Gate = moved(Gate), Up = moved(Up) };

    public override bool IsOfEachRow => true;

    public override Shape ShapeOf(IShapes shapes) => shapes[Gate.Value] with { Width = Width };

    public override void Plan(StagePlanner plan) =>
        plan.Add(new Call(plan.ShapeOf(Result).Rows, plan.PlaceOf(Gate), plan.PlaceOf(Up), plan.PlaceOf(Result), Width, Activation));

    internal sealed record Call(RowCount Count, RowPlace Gate, RowPlace Up, RowPlace Destination, int Width, Activation Activation) : Step, IRuns, ICall
    {
        public string Story => $"{Width} gated channels, {Activation}";

        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan) => way == Way.Plain ? new Code(Width, Activation, Gate.Stride, Up.Stride, Destination.Stride) : null;

        public void Write(StageCode code) => code.Line($"{code.NameOf(this)}(work, {code.RowsOf(Count)}, {code.At(Gate)}, {code.At(Up)}, {code.At(Destination)});");
    }

    /// <summary>The rows are shared among the threads.</summary>
    internal sealed record Code(int Width, Activation Activation, int GateStride, int UpStride, int DestinationStride) : RowKernel
    {
        /// <summary>What a channel costs, for the sharing of the rows: the polynomials of an activation.</summary>
        private const int CostOfChannel = 16;

        public override string Name => $"Glu_{Width}_{Activation}";

        public override bool IsShared => true;

        protected override string Formula => $"y = {Activation}(g) · u, each row of {Width}; padding is zero.";

        protected override string Parameters => "int rows, ref float g, ref float u, ref float y";

        protected override IEnumerable<(string Name, string Start)> References =>
        [
            ("g", $"Unsafe.Add(ref work.X, (nint)row * {GateStride})"),
            ("u", $"Unsafe.Add(ref work.W, (nint)row * {UpStride})"),
            ("d", $"Unsafe.Add(ref work.Y, (nint)row * {DestinationStride})"),
        ];

        protected override string Run(KernelCode code) => $"Run({code.NumberOf(this)}, 1, rows, 1, {Number((long)Padding.Up(Width, Measures.Group) * CostOfChannel)}, ref g, ref u, ref y)";

        protected override void WriteRow(KernelCode code)
        {
            string gate = code.Load("g", "i"), activated = Activation == Activation.Identity ? gate : code.VectorMath(Activation.ToString(), gate), value = $"{activated} * {code.Load("u", "i")}";
            using (code.Vectors(Number(Padding.Up(Width, Measures.Group))))
                code.Line(Store(Width % Measures.Group == 0 ? $"({value})" : $"(({value}) & {code.Below($"{Width} - (int)i", 0)})", "d", "i"));
        }
    }
}
