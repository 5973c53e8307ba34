using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Features]</c>: rows of the caller's.</summary>
internal sealed record Features(string Label, int Index, int Length, int? Width, bool Bias) : SourcePart(Label, Index)
{
    public static Features Parse(PartText text, Arguments arguments)
    {
        var features = new Features(text.Label, text.Index, arguments.Required("length"), arguments.OptionalSize("Width"), arguments.Flag("Bias", true)) { Name = arguments.Name() };
        if (arguments.Has("Bias") && features.Width is null)
            arguments.WithoutEffect($"Bias is given {arguments.Place}, where no map is that could have one; remove Bias, or say Width", "Bias");
        return features;
    }

    public override StageFacts Tell(StageFacts facts) => facts with { HasSource = true, TakesFeatures = true };

    public override StageSource SourceOf(StageBuilder build) => new FeatureSource(Length, Width ?? build.Header.Width) { TakesLabels = build.Parts.OfType<LabelsPart>().Any(labels => labels.IsGiven) };

    public override int Build(StageBuilder build, int x)
    {
        int width = Width ?? build.Width;
        x = build.Emit(new TakeFeatures(build.New(), build.Spot, width));
        build.Width = width;
        return Width is null ? x : build.ToStageWidth(x, Bias);
    }
}
