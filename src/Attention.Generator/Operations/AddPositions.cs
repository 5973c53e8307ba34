using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Generator.Text;
using static Attention.Generator.Kernels.KernelCode;

namespace Attention.Generator.Operations;

/// <summary>Row <c>p</c> of <paramref name="Table"/> added to the row at position <c>p</c>.</summary>
/// <param name="Repeat">How many rows, one behind the other, have one position.</param>
internal sealed record AddPositions(int Result, Spot Spot, int Input, int Table, int Repeat = 1) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override int? LiesOn => Input;

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];

    public override void Plan(StagePlanner plan) =>
        plan.Add(new Call(plan.ShapeOf(Result).Rows, plan.PlaceOf(Result), plan.Weights.Table(Table), Padding.Stride(plan.WidthOf(Result)), plan.WidthOf(Result), Repeat, Section == Section.Layer));

    /// <summary><c>rows[r] += table[position + r]</c>, in place.</summary>
    internal sealed record Call(RowCount Count, RowPlace Rows, long Table, int TableStride, int Width, int Repeat, bool IsInLayer) : Step, IRuns, ICall
    {
        /// <summary>A table that layers have in common does not move with their weights: such layers are no run, unless they share all of these.</summary>
        public override long? Weights => IsInLayer ? Table : null;

        public override bool GoesByPosition => IsInLayer;

        public override bool GoesBySequence => true;

        public override Step Move(Places by) => IsInLayer ? this with { Table = Table + by.Weights } : this;

        public string Story => "add positions";

        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan) => way == Way.Plain ? new Code(Width, Rows.Stride, TableStride, Repeat) : null;

        public void Write(StageCode code)
        {
            if (IsInLayer && !code.IsOfBeams)
            {
                // Each sequence of a batch has positions of its own; the stem is written for one alone.
                code.EachSequence((rows, start, _) => code.Line($"{code.NameOf(this)}({(start is null ? code.Position : "0")}, {rows ?? code.RowsOf(Count)}, {code.Weight(Table)}, {code.At(Rows, start)});"));
                return;
            }

            if (!code.IsOfBeams)
            {
                code.Line($"{code.NameOf(this)}({code.Position}, {code.RowsOf(Count)}, {code.Weight(Table)}, {code.At(Rows)});");
                return;
            }

            using (code.Block("for (int beam = 0; beam < rows; beam++)"))
                code.Line($"{code.NameOf(this)}(position, 1, {code.Weight(Table)}, {code.At(Rows, "beam")});");
        }
    }

    internal sealed record Code(int Width, int Stride, int TableStride, int Repeat) : RowKernel
    {
        public override string Name => $"AddPositions_{Width}";

        protected override string Formula => $"y[rows × {Width}] += positions.";

        protected override string Parameters => "int position, int rows, ref float positions, ref float y";

        protected override IEnumerable<(string Name, string Start)> References =>
        [
            ("p", $"Unsafe.Add(ref positions, (nint){(Repeat == 1 ? "(position + row)" : $"((position + row) / {CodeWriter.Number(Repeat)})")} * {TableStride})"),
            ("d", $"Unsafe.Add(ref y, (nint)row * {Stride})"),
        ];

        protected override void WriteRow(KernelCode code)
        {
            using (code.Vectors(CodeWriter.Number(Padding.Up(Width, Measures.Group))))
                code.Line(Store($"({code.Load("d", "i")} + {code.Load("p", "i")})", "d", "i"));
        }
    }
}
