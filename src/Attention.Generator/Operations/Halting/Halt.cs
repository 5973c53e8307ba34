using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>What each row has of its wishes to halt, its share in a layer, and whether it ran: Graves 2016, section 2.</summary>
/// <param name="Wishes">One number a row, of which the sigmoid is its wish.</param>
/// <param name="Before">The same of the layer before; null in the first.</param>
/// <param name="Threshold">What the sum of wishes passes where a row halts.</param>
internal sealed record Halt(int Result, Spot Spot, int Wishes, int? Before, float Threshold) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => Before is int before ? EquatableArray.Of(before, Wishes) : EquatableArray.Of(Wishes);

    public override int? LiesOn => Before;

    public override string Word => "halting";

    public override Shape ShapeOf(IShapes shapes) => shapes[Wishes] with { Width = 3 };

    public override void Plan(StagePlanner plan) => plan.Add(new Call(
        plan.ShapeOf(Result).Rows, plan.PlaceOf(Wishes), Before is int before ? plan.PlaceOf(before) : null, plan.PlaceOf(Result), Threshold));

    internal sealed record Call(RowCount Count, RowPlace Wishes, RowPlace? Before, RowPlace Destination, float Threshold) : Step, ICall
    {
        public string Story => "which rows halt";

        public void Write(StageCode code)
        {
            string rows = code.RowsOf(Count), halting = code.At(Destination);
            code.Line(Before is RowPlace before
                ? $"RowHalting.Continue({rows}, {Float(Threshold)}, {code.At(Wishes)}, {Number(Wishes.Stride)}, {code.At(before)}, {halting}, {Number(Destination.Stride)});"
                : $"RowHalting.Begin({rows}, {Float(Threshold)}, {code.At(Wishes)}, {Number(Wishes.Stride)}, {halting}, {Number(Destination.Stride)});");
        }
    }
}
