using Attention.Generator.Graph;
using Attention.Generator.Planning;

namespace Attention.Generator.Operations;

/// <summary>The rows of <paramref name="Input"/>, of one sequence, with <paramref name="Row"/> for the first.</summary>
internal sealed record ReplaceFirst(int Result, Spot Spot, int Input, int Row) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Row, Input);

    public override int? LiesOn => Input;

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];

    public override void Plan(StagePlanner plan)
    {
        RowPlace from = plan.PlaceOf(Input), to = plan.PlaceOf(Result);
        if (from != to)
            plan.Add(new CopyRows.Call(plan.ShapeOf(Result).Rows, from, to, plan.WidthOf(Result)));
        plan.Add(new CopyRows.Call(new One(plan.Stage.Index), plan.PlaceOf(Row), to, plan.WidthOf(Result)));
    }
}
