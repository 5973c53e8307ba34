using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>The rows that a call names, in its order; all where it names none.</summary>
internal sealed record PickRows(int Result, Spot Spot, int Input) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override string Word => "picked rows";

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];

    public override void Plan(StagePlanner plan) => plan.Add(new Call(plan.ShapeOf(Result).Rows, plan.PlaceOf(Input), plan.PlaceOf(Result), plan.WidthOf(Result)));

    /// <summary>Rows, zeros behind them included.</summary>
    internal sealed record Call(RowCount Count, RowPlace From, RowPlace Destination, int Width) : Step, ICall, ITakesPicked
    {
        public string Story => $"pick rows of {Number(Width)}";

        public void Write(StageCode code) =>
            code.Line($"RowCopy.Pick(picked, {code.RowsOf(Count)}, {Number(Padding.Up(Width, Measures.Group))}, {code.At(From)}, {Number(From.Stride)}, {code.At(Destination)}, {Number(Destination.Stride)});");
    }
}
