using Attention.Generator.Graph;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Encoder]</c> or <c>[Decoder]</c>: what kind of stage it is, and what holds for all of it.</summary>
internal sealed record Header(
    string Label, int Index, bool IsDecoder, int Layers, bool HasLayers, int Width, NormPlacement Norm, NormKind Kind, bool FinalNorm, float Epsilon, bool Bias, bool Shared, int SharedGroups, ParallelKind Parallel, string? Prefix) : Part(Label, Index)
{
    /// <summary>The arguments about norms that the user gives.</summary>
    private EquatableArray<string> OfNorms { get; init; } = EquatableArray<string>.Empty;

    /// <summary>Bounds the graph, whose layers are expanded.</summary>
    private const int MaximumLayers = 256;

    /// <summary>The layers, where the user gives too many or none, as many as there can be.</summary>
    public int ExpandedLayers => Math.Max(0, Math.Min(Layers, MaximumLayers));

    public override Place Place => Place.Header;

    public override string OnlyOne => "header";

    public static Header Encoder(PartText text, Arguments arguments) => Parse(text, arguments, isDecoder: false);

    public static Header Decoder(PartText text, Arguments arguments) => Parse(text, arguments, isDecoder: true);

    private static Header Parse(PartText text, Arguments arguments, bool isDecoder)
    {
        int layers = arguments.Required("layers", 0, MaximumLayers);
        var header = new Header(
            text.Label, text.Index, isDecoder, layers, arguments.Has("layers"), arguments.Required("width"),
            arguments.Member("Norm", NormPlacement.Post), arguments.Member("Kind", NormKind.Layer), arguments.Flag("FinalNorm", false), arguments.Epsilon("Epsilon") ?? 1e-5f, arguments.Flag("Bias", true),
            arguments.Flag("Shared", false), arguments.Size("SharedGroups", 1, 1, Math.Max(1, layers)), arguments.Member("Parallel", ParallelKind.None), arguments.Template("Prefix", ["{layer}", "{group}"], mayBeEmpty: true)) { OfNorms = new[] { "Norm", "Kind", "Epsilon" }.Where(arguments.Has).ToEquatableArray() };
        if (!header.Shared && arguments.Has("SharedGroups"))
            arguments.WithoutEffect($"SharedGroups is given {arguments.Place}, where each layer has weights of its own; say Shared = true, or remove SharedGroups", "SharedGroups");
        return header;
    }

    /// <summary>The number that a layer's weights go by: its own, or its group's.</summary>
    public int WeightsOf(int layer) => Shared && layer >= 0 ? layer * SharedGroups / Layers : layer;

    public override StageFacts Tell(StageFacts facts)
    {
        if (facts.Header < 0)
            facts = facts with { Header = Index, Prefix = Prefix };
        return IsDecoder ? facts with { IsDecoder = true } : facts with { IsEncoder = true };
    }

    public override void Check(StageParts stage, Reporter report)
    {
        Part? body = stage.First(Place.Body);
        if (stage.First(Place.Source) is null)
            report(RuleIds.MissingPart, Index, $"Stage '{stage.Name}' has no source; add [Embedding(vocabulary, length)] below {Label}");
        if (body is null && Layers > 0)
            report(RuleIds.MissingPart, Index, $"Stage '{stage.Name}' has {Arguments.Number(Layers)} layers but no body; add [SelfAttention(heads)] and [FeedForward(hidden, activation)], or say layers: 0", "layers");
        if (body is not null && HasLayers && Layers == 0)
            report(RuleIds.MisplacedPart, body.Index, $"{body.Label} is the body of a layer, but stage '{stage.Name}' has 0 layers; remove it, or say layers: n");
        if (body is not null || Layers == 0)
            CheckNorms(stage, report);
        if (Parallel != ParallelKind.None)
            ParallelCheck.Check(stage, report);
    }

    /// <summary>Reports what is said of norms that are nowhere.</summary>
    private void CheckNorms(StageParts stage, Reporter report)
    {
        BodyPart[] body = [.. stage.Parts.OfType<BodyPart>()];
        bool hasNorms = body.Any(part => part.PlacementIn(this) != NormPlacement.None) || FinalNorm || stage.Exchange is not null || body.OfType<CrossAttention>().Any(part => part.SourceNorm);
        foreach (string argument in OfNorms)
        {
            bool hasEffect = argument switch
            {
                "Norm" => body.Any(part => part.Options.Norm is null),
                "Kind" => hasNorms,
                _ => hasNorms || stage.Parts.OfType<NormPart>().Any(part => part.Epsilon is null) || body.Any(part => part.Options.BatchNorm) || stage.Parts.OfType<DisentangledPositions>().Any(part => part.HasNorm),
            };
            if (!hasEffect)
                report(RuleIds.WithoutEffect, Index, $"{argument} is given {stage.PlaceOf(this)}, which has no {(argument == "Norm" ? "sub-layers that norms could stand around" : "norms that go by it")}; remove {argument}{(argument == "Norm" ? "" : ", or say FinalNorm = true")}", argument);
        }
    }

    /// <summary>The norm behind the last layer.</summary>
    public override int Build(StageBuilder build, int x) => FinalNorm ? build.Norm(x, Roles.FinalNorm, build.Width, 0) : x;
}
