using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Rotary]</c>: queries and keys of the self-attentions behind it, up to the next one, turned by their positions.</summary>
internal sealed record Rotary(string Label, int Index, int? Width, bool IsInterleaved, RotaryFrequencies Frequencies) : Part(Label, Index)
{
    public static Rotary Parse(PartText text, Arguments arguments)
    {
        var rotary = new Rotary(
            text.Label, text.Index, arguments.OptionalSize("Width", 2), arguments.Flag("Interleaved", false), new RotaryFrequencies(arguments.Real("Base", 10000, 1, 1e12), arguments.Real("Factor", 1, 1e-3, 1e6)));
        if (rotary.Width > 2 && rotary.Width % 2 != 0)
            arguments.Report($"Width is {Arguments.Number(rotary.Width.Value)} {arguments.Place}, but channels turn in pairs; expected an even number, such as {Arguments.Number(rotary.Width.Value - 1)}", "Width");
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
    }

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        int width = stage.Header!.Width;

        // Heads that do not divide the width are reported there.
        foreach (SelfAttentionPart part in stage.Parts.OfType<SelfAttentionPart>().Where(part => Of(stage.Parts, part) == this && (part.Attention.HeadWidth is not null || width % part.Heads == 0)))
        {
            int heads = part.Attention.HeadWidth ?? (width / part.Heads);
            string which = $"the heads of {part.Label} in stage '{stage.Name}' are {Arguments.Number(heads)} wide";
            if (Width > heads)
                report(RuleIds.InvalidSize, Index, $"Width is {Arguments.Number(Width.Value)} in {Label}, but {which}; expected an even number up to that", "Width");
            else if (Width is null && heads % 2 != 0)
                report(RuleIds.InvalidSize, Index, $"{Label} turns channels in pairs, but {which}; {(heads > 1 ? $"say Width = {Arguments.Number(heads - 1)}, or " : "")}set HeadWidth to an even number");
        }
    }

    public override int Build(StageBuilder build, int x) => x;

    /// <summary>Turns rows of heads.</summary>
    public int Turn(StageBuilder build, int x, int heads, int headWidth)
    {
        var rotations = new Rotations(Width ?? headWidth, IsInterleaved, Frequencies);
        int table = build.As(this, () => build.Once(() => build.Computed(build.Rows, rotations, rotations.Columns), ordinal: rotations.Width));
        return build.Emit(new Turn(build.New(), build.Spot, new Slice(x), heads, headWidth, rotations, table));
    }
}
