using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[TokenShift]</c>: what sub-layers read has channels of rows before.</summary>
internal sealed record TokenShift(string Label, int Index, int Text, int? Side) : Part(Label, Index)
{
    public static TokenShift Parse(PartText text, Arguments arguments)
    {
        var shift = new TokenShift(text.Label, text.Index, arguments.Size("Text", 0, 0), arguments.Has("Side") ? arguments.Size("Side", 0, 1, ImageAttention.MaximumSide) : null);
        if (shift.Side is null && arguments.Has("Text"))
            arguments.WithoutEffect($"Text is given {arguments.Place}, where no image stands behind it, so that all rows are text; remove Text, or say Side", "Text");
        return shift;
    }

    public override Place Place => Place.Body;

    public override void Check(StageParts stage, Reporter report)
    {
        if (stage.Recurrent is null && !stage.Parts.Skip(Index).OfType<BodyPart>().Any())
            report(RuleIds.WithoutEffect, Index, $"{Label} has no sub-layer behind it in stage '{stage.Name}' that could read what it moves; put it before them, or remove it");
        if (!stage.Header!.IsDecoder && stage.Parts.OfType<SelfAttentionPart>().FirstOrDefault(part => part.Labels == LabelRule.Equal) is SelfAttentionPart labelled)
            report(RuleIds.MisplacedPart, Index, $"{Label} stands in stage '{stage.Name}', whose rows of other labels {labelled.Label} keeps apart, but rows would read those before them whatever their labels; remove one of the two");
        if (Side is int side)
            SegmentParts.CheckImage(stage, this, Text, side, "Side", report);
    }

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        if (Side is int side)
            SegmentParts.CheckPlaces(stage, graph.Length, this, Text, side, "Side", report);
    }

    public override int Build(StageBuilder build, int x) => x;

    /// <summary>What a sub-layer reads of the rows that it is given.</summary>
    public int Shift(StageBuilder build, int x)
    {
        var shift = new ShiftTokens(build.New(), build.Spot, x, null, Text, Side ?? 0);
        return build.Emit(!build.Header.IsDecoder ? shift
            : shift with { Kept = build.Emit(new KeepValues(build.New(), build.Spot, new Slice(x), 1, shift.Moved(build.Width), null) { What = "rows to be shifted" }) });
    }
}
