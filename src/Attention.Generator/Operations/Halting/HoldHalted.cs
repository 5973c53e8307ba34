using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>A copy of rows, which what follows may change.</summary>
internal sealed record Hold(int Result, Spot Spot, int Input) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override string Word => "held rows";

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];

    public override void Plan(StagePlanner plan) => plan.Add(new CopyRows.Call(plan.ShapeOf(Result).Rows, plan.PlaceOf(Input), plan.PlaceOf(Result), plan.WidthOf(Result)));
}

/// <summary>The rows of a layer, but those that had halted before as they were.</summary>
/// <param name="Input">The rows of the layer.</param>
/// <param name="Held">What the layer was given.</param>
/// <param name="Halting">Which rows ran.</param>
internal sealed record HoldHalted(int Result, Spot Spot, int Input, int Held, int Halting) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Held, Halting, Input);

    public override int? LiesOn => Input;

    public override string Word => "rows";

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];

    public override void Plan(StagePlanner plan) => plan.Add(new Call(
        plan.ShapeOf(Result).Rows, plan.PlaceOf(Input), plan.PlaceOf(Held), plan.PlaceOf(Halting), plan.PlaceOf(Result), plan.WidthOf(Result)));

    internal sealed record Call(RowCount Count, RowPlace From, RowPlace Held, RowPlace Halting, RowPlace Destination, int Width) : Step, ICall
    {
        public string Story => "leave what has halted";

        public void Write(StageCode code) => code.Line(
            $"RowHalting.Hold({code.RowsOf(Count)}, {Number(Padding.Up(Width, Measures.Group))}, {code.At(From)}, {code.At(Held)}, {code.At(Halting)}, {Number(Halting.Stride)}, {code.At(Destination)}, {Number(Destination.Stride)});");
    }
}
