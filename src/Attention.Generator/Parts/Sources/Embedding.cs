using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Embedding]</c>: tokens, each looked up in a table.</summary>
internal sealed record Embedding(string Label, int Index, int Vocabulary, int Length, bool Scaled, bool HasShares, string? Shares, int? Width, bool Bias, int? Padding, float? Scale) : SourcePart(Label, Index)
{
    public static Embedding Parse(PartText text, Arguments arguments)
    {
        var embedding = new Embedding(
            text.Label, text.Index, arguments.Required("vocabulary"), arguments.Required("length"), arguments.Flag("Scaled", false), arguments.Has("Shares"), arguments.Text("Shares"),
            arguments.OptionalSize("Width"), arguments.Flag("Bias", true), arguments.OptionalSize("Padding", 0), arguments.Positive("Scale")) { Name = arguments.Name() };
        if (embedding is { Scaled: true, Scale: not null })
            arguments.Report($"Scaled and Scale are both given {arguments.Place}; expected one of them", "Scaled");
        if (arguments.Has("Bias") && embedding.Width is null)
            arguments.WithoutEffect($"Bias is given {arguments.Place}, where no map is that could have one; remove Bias, or say Width", "Bias");
        if (embedding is { Padding: int padding, Vocabulary: > 0 and int vocabulary } && padding >= vocabulary)
            arguments.Report($"Padding is {Arguments.Number(padding)} {arguments.Place}, whose vocabulary has {Arguments.Number(vocabulary)} tokens; expected 0 to {Arguments.Number(vocabulary - 1)}", "Padding");
        else if (embedding is { Padding: not null, Length: 1 })
            arguments.WithoutEffect($"Padding is given {arguments.Place}, which has no place behind the first; remove Padding, or make length more", "Padding");
        return embedding;
    }

    /// <summary>How many ids there are: each place behind the first has its own for padding.</summary>
    public int Tokens => Padding is null ? Vocabulary : Vocabulary + Math.Max(0, Length - 1);

    public override bool MayFeedDecoder => true;

    public override Reference? Reference => HasShares ? new Reference("Shares", Shares, IsTable: true) : null;

    public override StageFacts Tell(StageFacts facts) => facts with { HasSource = true, TakesTokens = true };

    public override StageSource SourceOf(StageBuilder build)
    {
        int types = build.Parts.OfType<TokenTypes>().FirstOrDefault()?.Count ?? 0;
        EquatableArray<TokenSegment> kinds = build.Kinds;
        return new TokenSource(kinds.Sum(kind => kind.Rows), kinds.Sum(kind => kind.Tokens), types > 1 ? types : 0, kinds.Count == 1 ? EquatableArray<TokenSegment>.Empty : kinds) { TakesLabels = build.Parts.OfType<LabelsPart>().Any(labels => labels.IsGiven) };
    }

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        if (Shares is null || stage.Model.Find(Shares) is not StageParts other)
            return;
        (int vocabulary, int width) mine = (Tokens, stage.TableWidth), theirs = (other.Parts.OfType<Embedding>().First().Tokens, other.TableWidth);
        if (mine != theirs)
            report(RuleIds.SharedTableMismatch, Index,
                $"Stage '{stage.Name}' has a table of {Arguments.Number(mine.vocabulary)} × {Arguments.Number(mine.width)}, but the one of stage '{other.Name}' that it shares is {Arguments.Number(theirs.vocabulary)} × {Arguments.Number(theirs.width)}; make vocabulary and width equal, or remove Shares", "Shares");
    }

    public override int Build(StageBuilder build, int x)
    {
        build.Width = Width ?? build.Width;
        int table = SegmentParts.All(build, build.Segments, segment => segment.Table(build));
        return build.Emit(new Embed(build.New(), build.Spot, table, Scale ?? (Scaled ? (float)Math.Sqrt(build.Width) : 1), null) { Padding = Padding is int token ? new PlacePadding(token, Vocabulary, Length) : null });
    }

    public override int BehindStem(StageBuilder build, int x) => Width is null ? x : build.ToStageWidth(x, Bias);
}
