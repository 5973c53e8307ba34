using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>Where labels come from.</summary>
internal enum LabelSource
{
    /// <summary>The call.</summary>
    Call,

    /// <summary>Tokens of an id that are counted.</summary>
    Token,

    /// <summary>Places, so many of which have one label.</summary>
    Rows,
}

/// <summary>A label for each row, and the row with which that label begins.</summary>
/// <param name="Value">The token, or how many rows have one label.</param>
internal sealed record LabelRows(int Result, Spot Spot, LabelSource Source, int Value) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray<int>.Empty;

    public override string Word => "labels";

    public override Shape ShapeOf(IShapes shapes) => new(shapes.Given, 2);

    /// <summary>A decoder that counts goes on from the last label of each of its beams.</summary>
    private bool IsKept(StagePlanner plan) => plan.Stage.IsDecoder && Source == LabelSource.Token;

    public override void Keep(StagePlanner plan)
    {
        if (IsKept(plan))
            plan.Remember(Result, plan.Memory.KeepInTracks($"{plan.Stage.Name} own labels", (long)plan.Stage.Length * Padding.Stride(2), $"{Number(plan.Stage.Length)} × {Number(Padding.Stride(2))}"));
    }

    public override void Plan(StagePlanner plan) => plan.Add(new Call(
        plan.ShapeOf(Result).Rows, Source, Value, IsKept(plan) ? plan.Recall<int>(Result) + plan.Memory.TrackStart : null, plan.PlaceOf(Result)));

    /// <param name="Kept">Where a decoder keeps them, in the first track.</param>
    internal sealed record Call(RowCount Count, LabelSource Source, int Given, int? Kept, RowPlace Destination) : Step, ICall, IPaged
    {
        public override bool GoesBySequence => true;

        public string Story => Source switch
        {
            LabelSource.Call => "labels of the call",
            LabelSource.Token => $"labels that count token {Number(Given)}",
            LabelSource.Rows => $"labels of {Number(Given)} rows each",
            _ => throw new InvalidOperationException("No labels from " + Source),
        };

        public void Write(StageCode code)
        {
            string labels = code.At(Destination), position = code.TakesBatches ? "0" : code.Position;
            code.Line(Source switch
            {
                LabelSource.Call => $"RowLabels.Copy({code.Input("labels")}, {labels});",
                LabelSource.Rows => $"RowLabels.Blocks({position}, {(code.IsOfBeams ? "0" : "1")}, {code.RowsOf(Count)}, {Number(Given)}, {labels});",
                _ when Kept is not int kept => $"RowLabels.Count({code.Input("tokens")}, {Number(Given)}, {labels});",
                _ when code.IsOfBeams => $"RowLabels.CountBeams(tokens, {Number(Given)}, position, tracks, {Number(code.Plan.TrackFloats)}, {StageCode.At("memory", Kept!.Value)}, {labels});",
                _ => $"RowLabels.Count({code.Input("tokens")}, {Number(Given)}, position, {code.Kept(KeyPlace.Own, Kept!.Value)}, {labels});",
            });
        }

        public IEnumerable<string> CopyPage(string runtime, int trackFloats, Func<int, string> at) =>
            Kept is int kept ? [$"{runtime}RowCopy.CopyPage(_attentionPosition, from, to, {trackFloats}, {at(kept)}, {Number(Padding.Stride(2))});"] : [];
    }
}
