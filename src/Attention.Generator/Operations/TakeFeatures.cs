using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;

namespace Attention.Generator.Operations;

/// <summary>The caller's rows of <paramref name="Width"/> floats.</summary>
internal sealed record TakeFeatures(int Result, Spot Spot, int Width) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray<int>.Empty;

    public override string Word => "features";

    public override Shape ShapeOf(IShapes shapes) => new(shapes.Given, Width);

    public override void Plan(StagePlanner plan) => plan.Add(new Call(plan.ShapeOf(Result).Rows, Width, plan.PlaceOf(Result)));

    /// <summary>The caller's rows, with zeros behind them.</summary>
    internal sealed record Call(RowCount Count, int Width, RowPlace Destination) : Step, ICall
    {
        public string Story => $"take rows of {Width}";

        public void Write(StageCode code) =>
            code.Line($"RowCopy.CopyPadded({code.RowsOf(Count)}, {Width}, {Padding.Up(Width, Measures.Group)}, {code.Input("features", Width)}, {code.At(Destination)}, {Destination.Stride});");
    }
}
