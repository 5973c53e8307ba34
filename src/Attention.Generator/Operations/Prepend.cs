using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;

namespace Attention.Generator.Operations;

/// <summary>The row <paramref name="Token"/>, then those of the input.</summary>
/// <param name="Title">What the row is called.</param>
internal sealed record Prepend(int Result, Spot Spot, int Input, int Token, string Title) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override int? LiesOn => Input;

    public override int RowsBefore => 1;

    public override Shape ShapeOf(IShapes shapes) => shapes[Input] with { Rows = new Plus(shapes[Input].Rows, 1) };

    public override void Plan(StagePlanner plan) =>
        plan.Add(new Call(plan.Weights.Vectors(Spot, plan.WidthOf(Result), Token), plan.WidthOf(Result), plan.PlaceOf(Result), Title));

    /// <summary>The row of weights in front of those that the steps before have made.</summary>
    internal sealed record Call(long Token, int Width, RowPlace Destination, string Title) : Step, ICall
    {
        public string Story => $"put the {Title} in front";

        public void Write(StageCode code)
        {
            int padded = Padding.Up(Width, Measures.Group);
            code.Line($"RowCopy.Copy(1, {padded}, {code.Weight(Token)}, {padded}, {code.At(Destination)}, {Destination.Stride});");
        }
    }
}
