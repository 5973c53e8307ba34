using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>A number from 0 to below 1 for each row, by its position and a seed, in the bits of two floats.</summary>
/// <param name="Along">A value with as many rows.</param>
internal sealed record Uniforms(int Result, Spot Spot, int Along, int Seed) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Along);

    public override string Word => "numbers drawn";

    public override Shape ShapeOf(IShapes shapes) => shapes[Along] with { Width = 2 };

    public override void Plan(StagePlanner plan) => plan.Add(new Call(plan.ShapeOf(Result).Rows, Seed, plan.PlaceOf(Result)));

    internal sealed record Call(RowCount Count, int Seed, RowPlace Destination) : Step, ICall
    {
        public override bool GoesBySequence => true;

        public string Story => "a number drawn for each row";

        /// <summary>Beams stand at one position.</summary>
        public void Write(StageCode code) =>
            code.Line($"HardChoice.Fill({code.RowsOf(Count)}, {code.Position}, {(code.IsOfBeams ? 0 : 1)}, seed: {Number(Seed)}, {code.At(Destination)}, {Destination.Stride});");
    }
}

/// <summary>
/// A place between another stage's rows for each row: that of its own position, at most the last, or where it is predicted, as large a part of them as is told.
/// Luong et al. 2015, section 3.2, places from 0.
/// </summary>
/// <param name="Along">A value with as many rows; where the place is predicted, the part from 0 to 1.</param>
internal sealed record Centres(int Result, Spot Spot, int Along, bool IsPredicted, int Other) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Along);

    public override string Word => "places";

    public override int? OtherStage => Other;

    public override Shape ShapeOf(IShapes shapes) => shapes[Along] with { Width = 1 };

    public override void Plan(StagePlanner plan) => plan.Add(new Call(plan.ShapeOf(Result).Rows, IsPredicted ? plan.PlaceOf(Along) : null, Other, plan.PlaceOf(Result)));

    internal sealed record Call(RowCount Count, RowPlace? Parts, int Other, RowPlace Destination) : Step, ICall
    {
        public override bool GoesBySequence => true;

        public string Story => Parts is null ? "the place of each row" : "a place predicted for each row";

        public void Write(StageCode code) => code.Line(Parts is RowPlace parts
            ? $"LocalWeights.Predict({code.RowsOf(Count)}, {code.RowsOfStage(Other)}, {code.At(parts)}, {parts.Stride}, {code.At(Destination)}, {Destination.Stride});"
            : $"LocalWeights.Follow({code.RowsOf(Count)}, {code.Position}, {(code.IsOfBeams ? 0 : 1)}, {code.RowsOfStage(Other)}, {code.At(Destination)}, {Destination.Stride});");
    }
}
