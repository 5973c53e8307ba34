using Attention.Generator.Graph;
using Attention.Generator.Operations;

namespace Attention.Generator.Parts;

/// <summary><c>[ImageAttention]</c>: self-attention of a text and the image behind it.</summary>
internal sealed record ImageAttention(
    string Label, int Index, BodyOptions Options, int Heads, int Side, ImagePattern Pattern, int Text, int? Kernel, int? Dilation, LabelRule Labels, AttentionOptions Attention) : SelfAttentionPart(Label, Index, Options, Heads, Labels, Attention)
{
    /// <summary>Bounds images, whose places are counted.</summary>
    public const int MaximumSide = 1 << 12;

    public static ImageAttention Parse(PartText text, Arguments arguments)
    {
        int heads = arguments.Required("heads");
        var part = new ImageAttention(
            text.Label, text.Index, BodyOptions.Parse(arguments), heads, arguments.Required("side", 1, MaximumSide), arguments.Required<ImagePattern>("pattern"), arguments.Size("Text", 0, 0),
            arguments.OptionalSize("Kernel"), arguments.OptionalSize("Dilation"), arguments.Member("Labels", LabelRule.None), AttentionOptions.Parse(arguments, heads)) { Name = arguments.Name() };
        foreach (string argument in new[] { "Kernel", "Dilation" }.Where(argument => part.Pattern != ImagePattern.Convolution && arguments.Has(argument)))
            arguments.WithoutEffect($"{argument} is given {arguments.Place}, which is no convolution; remove {argument}, or say ImagePattern.Convolution", argument);
        return part;
    }

    public override void Check(StageParts stage, Reporter report)
    {
        base.Check(stage, report);
        SegmentParts.CheckImage(stage, this, Text, Side, "side", report);
    }

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        base.CheckSizes(stage, graph, report);
        long reach = ((Kernel ?? 3) - 1L) * (Dilation ?? 1);
        if (SegmentParts.CheckPlaces(stage, graph.Length, this, Text, Side, "side", report) && reach >= Side && Pattern == ImagePattern.Convolution && (Kernel ?? Dilation) is not null)
            report(RuleIds.InvalidSize, Index, $"Kernel {Arguments.Number(Kernel ?? 3)} with Dilation {Arguments.Number(Dilation ?? 1)} {stage.PlaceOf(this)} reaches {reach.ToString(System.Globalization.CultureInfo.InvariantCulture)} places back, but a line has {Arguments.Number(Side)}; expected less than that", Kernel is null ? "Dilation" : "Kernel");
    }

    protected override bool IsCausalIn(Header header) => true;

    protected override Mask MaskIn(StageBuilder build) => new ImagePlaces(build.Rows, new Causal(), Text, Side, Pattern, Kernel ?? 3, Dilation ?? 1);
}
