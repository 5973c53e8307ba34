using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>The rows of a layer joined to those of the layers before, by their shares.</summary>
/// <param name="Input">The rows of the layer.</param>
/// <param name="Halting">Their shares.</param>
/// <param name="Before">The result so far; null in the first layer.</param>
internal sealed record JoinHalting(int Result, Spot Spot, int Input, int Halting, int? Before, HaltingRule Rule) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => Before is int before ? EquatableArray.Of(before, Halting, Input) : EquatableArray.Of(Halting, Input);

    public override int? LiesOn => Before;

    public override string Word => "joined rows";

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];

    public override void Plan(StagePlanner plan) => plan.Add(new Call(
        plan.ShapeOf(Result).Rows, plan.PlaceOf(Input), plan.PlaceOf(Halting), Before is int before ? plan.PlaceOf(before) : null, plan.PlaceOf(Result), plan.WidthOf(Result), Rule));

    internal sealed record Call(RowCount Count, RowPlace From, RowPlace Halting, RowPlace? Before, RowPlace Destination, int Width, HaltingRule Rule) : Step, ICall
    {
        public string Story => "join the layers' rows";

        public void Write(StageCode code) => code.Line(
            $"RowHalting.Join(global::Attention.Dsl.HaltingRule.{Rule}, {code.RowsOf(Count)}, {Number(Width)}, {code.At(From)}, {Number(From.Stride)}, {code.At(Halting)}, {Number(Halting.Stride)}, {(Before is null ? "true" : "false")}, {code.At(Before ?? Destination)}, {code.At(Destination)}, {Number(Destination.Stride)});");
    }
}
