using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Generator.Text;
using static Attention.Generator.Kernels.KernelCode;

namespace Attention.Generator.Operations;

/// <summary>The row of <paramref name="Table"/> that a token's type chooses added to each row.</summary>
internal sealed record AddTypes(int Result, Spot Spot, int Input, int Table) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override int? LiesOn => Input;

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];

    public override void Plan(StagePlanner plan) => plan.Add(new Call(
        plan.ShapeOf(Result).Rows, plan.PlaceOf(Result), plan.Weights.Table(Table), Padding.Stride(plan.WidthOf(Result)), plan.WidthOf(Result), plan.ParameterOf(Table).Rows > 1));

    /// <summary><c>rows[r] += table[type of token r]</c>, in place; type 0 where the call gives none.</summary>
    internal sealed record Call(RowCount Count, RowPlace Rows, long Table, int TableStride, int Width, bool HasChoice) : Step, IRuns, ICall
    {
        public string Story => "add token types";

        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan) => way == Way.Plain ? new Code(Width, Rows.Stride, TableStride, HasChoice) : null;

        public void Write(StageCode code)
        {
            string types = !HasChoice ? "" : code.IsOfSequence ? $"types.IsEmpty ? types : {code.Input("types")}, " : "types, ";
            code.Line($"{code.NameOf(this)}({code.RowsOf(Count)}, {types}{code.Weight(Table)}, {code.At(Rows)});");
        }
    }

    /// <param name="HasChoice">Whether a call can tell types; without, all rows are of type 0.</param>
    internal sealed record Code(int Width, int Stride, int TableStride, bool HasChoice) : RowKernel
    {
        public override string Name => $"AddTypes_{Width}";

        protected override string Formula => $"y[rows × {Width}] += the row of the table {(HasChoice ? "that the token's type chooses, row 0 without types" : "of the only type")}.";

        protected override string Parameters => $"int rows, {(HasChoice ? "ReadOnlySpan<int> types, " : "")}ref float table, ref float y";

        protected override IEnumerable<(string Name, string Start)> References =>
        [
            ("t", HasChoice ? $"Unsafe.Add(ref table, types.IsEmpty ? 0 : (nint)types[row] * {TableStride})" : "table"),
            ("d", $"Unsafe.Add(ref y, (nint)row * {Stride})"),
        ];

        protected override void WriteRow(KernelCode code)
        {
            using (code.Vectors(CodeWriter.Number(Padding.Up(Width, Measures.Group))))
                code.Line(Store($"({code.Load("d", "i")} + {code.Load("t", "i")})", "d", "i"));
        }
    }
}
