using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[CrossAttention]</c>: attention of a stage's rows to another stage's.</summary>
internal sealed record CrossAttention(string Label, int Index, BodyOptions Options, string? From, bool HasFrom, int? Heads, int? SourceWidth, LabelRule Labels, bool SourceNorm, bool IncludesQueries, OwnScores Own, AttentionOptions Attention) : BodyPart(Label, Index, Options)
{
    public static CrossAttention Parse(PartText text, Arguments arguments)
    {
        string? from = arguments.RequiredText("from");
        int? heads = arguments.OptionalSize("heads");
        return new CrossAttention(text.Label, text.Index, BodyOptions.Parse(arguments), from, arguments.Has("from"), heads, arguments.OptionalSize("SourceWidth"), arguments.Member("Labels", LabelRule.None), arguments.Flag("SourceNorm", false), arguments.Flag("IncludeQueries", false), OwnScores.Parse(arguments), AttentionOptions.Parse(arguments, heads)) { Name = arguments.Name() };
    }

    protected override Role Norm => Roles.CrossNorm;

    protected override Role PostNorm => Roles.CrossPostNorm;

    protected override Role GateRole => Roles.CrossGate;

    public override Reference? Reference => HasFrom ? new Reference("from", From) : null;

    public override StageFacts Tell(StageFacts facts) => Own.Tell(facts with { AttendsToOthers = true, CrossCaptures = facts.CrossCaptures + (Attention.Capture ? 1 : 0) }, this);

    public override void Check(StageParts stage, Reporter report)
    {
        base.Check(stage, report);
        LabelsPart.CheckRule(Labels, stage, stage, this, report);
        LabelsPart.CheckRule(Labels, stage, From is null ? null : stage.Model.Find(From), this, report);
        Attention.CheckNorm(stage, this, isTurned: false, report);
        if (IncludesQueries)
            CheckIncluded(stage, report);
        Own.Check(stage, this, report);
        if (Heads is null && stage.Parts.OfType<SelfAttention>().FirstOrDefault() is SelfAttention self)
            Attention.CheckHeads(self.Heads, stage.PlaceOf(this), (message, argument) => report(RuleIds.InvalidSize, Index, message, argument));
        if (Heads is null && !stage.Parts.OfType<SelfAttention>().Any())
            report(RuleIds.MissingPart, Index, $"[CrossAttention] takes its heads from the stage's [SelfAttention], which '{stage.Name}' does not have; say heads: n");
    }

    /// <summary>Reports what does not go with rows that see themselves too.</summary>
    private void CheckIncluded(StageParts stage, Reporter report)
    {
        if (stage.Parts.OfType<Queries>().FirstOrDefault() is not Queries queries)
            report(RuleIds.MisplacedPart, Index, $"IncludeQueries is true {stage.PlaceOf(this)}, but the rows of '{stage.Name}' are no [Queries]; remove IncludeQueries and use [SelfAttention], or let [Queries(count)] be the source", "IncludeQueries");
        else if (queries.PerLabel != (Labels == LabelRule.Equal) || Labels == LabelRule.UpTo)
            report(RuleIds.MisplacedPart, Index, $"IncludeQueries is true {stage.PlaceOf(this)}, where PerLabel is {(queries.PerLabel ? "true" : "false")} and Labels is {Labels}; say PerLabel = true and Labels = LabelRule.Equal, or neither", "IncludeQueries");
        else if (Attention.Capture)
            report(RuleIds.WithoutEffect, Index, $"Capture is true {stage.PlaceOf(this)}, whose keys are of two stages; remove Capture or IncludeQueries", "Capture");
        else if (Own.HasMask || Own.HasBias)
            report(RuleIds.WithoutEffect, Index, $"{(Own.HasMask ? "Mask" : "ScoreBias")} is given {stage.PlaceOf(this)}, whose keys are of two stages; remove it or IncludeQueries", Own.HasMask ? "Mask" : "ScoreBias");
        else if (From is string from && stage.Model.Find(from)?.Header is { Width: int width } && width != stage.Header!.Width && SourceWidth == width)
            report(RuleIds.SourceWidthMismatch, Index, $"IncludeQueries is true {stage.PlaceOf(this)}, so that one map makes keys of its rows, {Arguments.Number(stage.Header.Width)} wide, and of those of stage '{from}', {Arguments.Number(width)} wide; make them equal, or remove IncludeQueries", "IncludeQueries");
    }

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        SourceWidths.Check(stage, this, From!, SourceWidth, report);

        // The heads of the self-attention are reported there, if they do not divide the width.
        SelfAttention? self = stage.Parts.OfType<SelfAttention>().FirstOrDefault();
        if (Heads is not null || self!.Attention.HeadWidth is not null)
            Attention.CheckDivision(stage, this, Heads ?? self!.Heads, Heads is null ? null : "heads", report);
    }

    protected override int Sublayer(StageBuilder build, int x, int ordinal)
    {
        StageGraph other = build.Stage(From!);
        int heads = Heads ?? build.Parts.OfType<SelfAttention>().First().Heads;
        return Attention.Build(
            build, x, other, SourceWidth ?? build.Width, heads, Own.MaskIn(build, this, other.Length, new Everything()), AttentionRoles.Cross, ordinal, score => Own.BiasIn(build, this, heads, other.Length, score),
            Labels, SourceNorm ? Roles.CrossSourceNorm : null, IncludesQueries ? build.Parts.OfType<Queries>().First() : null);
    }
}
