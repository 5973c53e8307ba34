using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;

namespace Attention.Generator.Operations;

/// <summary>The rows of another stage.</summary>
internal sealed record CopyRows(int Result, Spot Spot, int Input) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override Shape ShapeOf(IShapes shapes) => shapes[Input] with { Rows = shapes.Given };

    public override void Plan(StagePlanner plan) => plan.Add(new Call(plan.ShapeOf(Result).Rows, plan.PlaceOf(Input), plan.PlaceOf(Result), plan.WidthOf(Result)));

    /// <summary>Rows, zeros behind them included.</summary>
    internal sealed record Call(RowCount Count, RowPlace From, RowPlace Destination, int Width) : Step, ICall
    {
        public string Story => $"copy rows of {Width}";

        public void Write(StageCode code) =>
            code.Line($"RowCopy.Copy({code.RowsOf(Count)}, {Padding.Up(Width, Measures.Group)}, {code.At(From)}, {From.Stride}, {code.At(Destination)}, {Destination.Stride});");
    }
}
