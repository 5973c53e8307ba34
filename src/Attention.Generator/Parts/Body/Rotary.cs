using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Rotary]</c>: queries and keys of the self-attentions behind it, up to the next one, turned by their positions.</summary>
/// <param name="Text">Rows before an image.</param>
/// <param name="Side">Lines, and columns, of that image; null without one.</param>
/// <param name="TurnsValues">Whether values are turned too.</param>
internal sealed record Rotary(string Label, int Index, int? Width, bool IsInterleaved, RotaryAngles Angles, int Text, int? Side, bool TurnsValues) : Part(Label, Index)
{
    public static Rotary Parse(PartText text, Arguments arguments)
    {
        var rotary = new Rotary(
            text.Label, text.Index, arguments.OptionalSize("Width", 2), arguments.Flag("Interleaved", false), RotaryAngles.Parse(arguments),
            arguments.Size("Text", 0, 0), arguments.Has("Side") ? arguments.Size("Side", 0, 1, ImageAttention.MaximumSide) : null, arguments.Flag("Values", false));
        if (rotary.Width > 2 && rotary.Width % 2 != 0)
            arguments.Report($"Width is {Arguments.Number(rotary.Width.Value)} {arguments.Place}, but channels turn in pairs; expected an even number, such as {Arguments.Number(rotary.Width.Value - 1)}", "Width");
        if (rotary.Side is null && arguments.Has("Text"))
            arguments.WithoutEffect($"Text is given {arguments.Place}, where no image stands behind it, so that all rows are text; remove Text, or say Side", "Text");
        if (rotary.Side is not null && arguments.Has("Width"))
            arguments.WithoutEffect($"Width and Side are both given {arguments.Place}, but with an image a third of each head turns by the text, one by lines, one by columns; remove Width", "Width");
        return rotary;
    }

    public override Place Place => Place.Body;

    public override string? OnlyOne => null;

    /// <summary>The one that an attention goes by; null where none stands before it.</summary>
    public static Rotary? Of(IEnumerable<Part> parts, Part attention) => parts.OfType<Rotary>().LastOrDefault(rotary => rotary.Index < attention.Index);

    public override void Check(StageParts stage, Reporter report)
    {
        if (!stage.Parts.OfType<SelfAttentionPart>().Any(part => Of(stage.Parts, part) == this))
            report(RuleIds.WithoutEffect, Index, $"{Label} of stage '{stage.Name}' turns nothing, since no self-attention stands behind it before the next one; put it before a [SelfAttention], or remove it");
        foreach (LinformerAttention part in stage.Parts.OfType<LinformerAttention>().Where(part => Of(stage.Parts, part) == this))
            report(RuleIds.MisplacedPart, part.Index, $"{part.Label} stands behind {Label} in stage '{stage.Name}', but its keys are mixtures of rows, which have no position; put it before {Label}, or use [SelfAttention]");
        if (Side is int side)
            SegmentParts.CheckImage(stage, this, Text, side, "Side", report);
    }

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        if (Angles.Ntk is (int trained, _) && graph.Length <= trained)
            report(RuleIds.WithoutEffect, Index, $"Scaling is DynamicNtk {stage.PlaceOf(this)}, whose sequences have up to {Arguments.Number(graph.Length)} rows, which OriginalLength, {Arguments.Number(trained)}, holds; remove it, or give the source more", "Scaling");
        if (Side is int image)
            SegmentParts.CheckPlaces(stage, graph.Length, this, Text, image, "Side", report);

        // Heads that do not divide the width are reported there.
        foreach (SelfAttentionPart part in stage.Parts.OfType<SelfAttentionPart>().Where(part => Of(stage.Parts, part) == this && (part.Attention.HeadWidth is not null || WidthOf(part) % part.Heads == 0)))
        {
            int heads = part.Attention.HeadWidth ?? (WidthOf(part) / part.Heads);
            string which = $"the heads of {part.Label} in stage '{stage.Name}' are {Arguments.Number(heads)} wide";
            if (Side is not null)
            {
                if (heads < 6)
                    report(RuleIds.InvalidSize, Index, $"{Label} turns a pair of channels by the text, one by lines and one by columns, but {which}; set HeadWidth to 6 or more", "Side");
            }
            else if (Angles.Factors.Count > 0 && Angles.Factors.Count != (Width ?? heads) / 2)
            {
                report(RuleIds.InvalidSize, Index, $"Factors has {Arguments.Number(Angles.Factors.Count)} numbers in {Label}, but {which}{(Width is null ? "" : $" and {Arguments.Number(Width.Value)} channels turn")}; expected one for each pair, {Arguments.Number((Width ?? heads) / 2)}", "Factors");
            }
            else if (Angles.Ntk is not null && (Width ?? heads) == 2)
            {
                report(RuleIds.InvalidSize, Index, $"Scaling is DynamicNtk {stage.PlaceOf(this)}, where one pair turns, and its rate is no power of a base; remove it, or turn more channels", "Scaling");
            }
            else if (Width > heads)
            {
                report(RuleIds.InvalidSize, Index, $"Width is {Arguments.Number(Width.Value)} in {Label}, but {which}; expected an even number up to that", "Width");
            }
            else if (Width is null && heads % 2 != 0)
            {
                report(RuleIds.InvalidSize, Index, $"{Label} turns channels in pairs, but {which}; {(heads > 1 ? $"say Width = {Arguments.Number(heads - 1)}, or " : "")}set HeadWidth to an even number");
            }
        }

        int WidthOf(SelfAttentionPart part) => part.InputWidth ?? stage.Header!.Width;
    }

    public override int Build(StageBuilder build, int x) => x;

    /// <summary>Turns rows of heads.</summary>
    public int Turn(StageBuilder build, int x, int heads, int headWidth)
    {
        Rotations rotations = Side is int side
            ? new Rotations(headWidth / 3 / 2 * 6, IsInterleaved, Angles.Rates with { Image = new RotaryImage(Text, side, headWidth / 3) })
            : Angles.Of(Width ?? headWidth, IsInterleaved, build.Rows);
        int table = build.As(this, () => build.Once(() => build.Computed(build.Rows, rotations, rotations.Columns), ordinal: Side is null ? rotations.Width : headWidth));
        return build.Emit(new Turn(build.New(), build.Spot, new Slice(x), heads, headWidth, rotations, table));
    }
}
