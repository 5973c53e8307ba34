using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// Rows with channels of earlier ones: of <paramref name="Text"/> rows the first half comes from the row before, of those behind them, places of an image of
/// <paramref name="Side"/> columns, a quarter from above and a quarter from the left; zeros beyond the edges.
/// </summary>
/// <param name="Kept">Where a decoder keeps the rows; null where all of them are there.</param>
/// <param name="Side">0 without an image, so that all rows are text.</param>
internal sealed record ShiftTokens(int Result, Spot Spot, int Input, int? Kept, int Text, int Side) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => Kept is int kept ? EquatableArray.Of(Input, kept) : EquatableArray.Of(Input);

    public override string Word => "shifted rows";

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];

    /// <summary>How many channels of a row others read.</summary>
    public int Moved(int width) => Side == 0 ? (width + 1) / 2 : Math.Max((width + 1) / 2, Math.Min(width, (width + 3) / 4 * 2));

    public override void Plan(StagePlanner plan)
    {
        RowPlace before = Kept is int kept ? new RowPlace(KeepRows.OffsetOf(plan, kept, other: null), Padding.Stride(plan.WidthOf(kept))) : plan.PlaceOf(Input);
        plan.Add(new Call(plan.ShapeOf(Result).Rows, plan.PlaceOf(Input), before, Kept is not null, plan.WidthOf(Result), Text, Side, plan.PlaceOf(Result)));
    }

    /// <summary>In beams every row is another beam's next, whose past its tracks hold.</summary>
    internal sealed record Call(RowCount Count, RowPlace From, RowPlace Before, bool IsKept, int Width, int Text, int Side, RowPlace Destination) : Step, ICall
    {
        public override int? Own => IsKept ? Before.Offset : null;

        public override Step Move(Places by) => IsKept ? this with { Before = Before with { Offset = Before.Offset + by.Own } } : this;

        public string Story => Side == 0 ? "half of the channels from the row before" : "channels from the row before, in the image from above and from the left";

        public void Write(StageCode code)
        {
            string shape = $"new({Number(Width)}, {Number(Text)}, {Number(Side)})";
            if (!IsKept)
            {
                code.EachSequence((rows, row, _) => code.Line(
                    $"TokenShift.Shift({shape}, 0, {rows ?? code.RowsOf(Count)}, {code.At(From, row)}, {From.Stride}, {code.At(Before, row)}, {Before.Stride}, {code.At(Destination, row)}, {Destination.Stride});"));
                return;
            }

            string tracks = code.IsOfBeams ? $"tracks, {Number(code.Plan.TrackFloats)}, " : "";
            code.Line($"TokenShift.Shift{(code.IsOfBeams ? "Beams" : "")}({shape}, {code.Position}, {code.RowsOf(Count)}, {tracks}{code.At(From)}, {From.Stride}, {code.Kept(KeyPlace.Own, Before.Offset)}, {Before.Stride}, {code.At(Destination)}, {Destination.Stride});");
        }
    }
}
