using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>Attention of a stage's rows to each other.</summary>
/// <param name="Labels">What they see of each other by labels.</param>
internal abstract record SelfAttentionPart(string Label, int Index, BodyOptions Options, int Heads, LabelRule Labels, AttentionOptions Attention) : BodyPart(Label, Index, Options)
{
    protected sealed override Role Norm => Roles.SelfNorm;

    protected sealed override Role PostNorm => Roles.SelfPostNorm;

    protected sealed override Role GateRole => Roles.SelfGate;

    /// <summary>What its rows see.</summary>
    protected abstract Mask MaskIn(StageBuilder build);

    /// <summary>Whether no row sees those behind it.</summary>
    protected abstract bool IsCausalIn(Header header);

    /// <summary>How many of the first rows have projections of their own; null for none.</summary>
    protected virtual int? OwnProjections => null;

    /// <summary>Whether some have.</summary>
    public bool HasGlobalProjections => OwnProjections is not null;

    /// <summary>The argument that says what is added to its scores; null where nothing is.</summary>
    public virtual string? BiasArgument => null;

    /// <summary>What is added to its scores, if anything is.</summary>
    protected virtual ScoreBias? BiasIn(StageBuilder build, Score score) => null;

    /// <summary>The table of that, where it is trained.</summary>
    protected virtual int? TableIn(StageBuilder build, int ordinal) => null;

    public override StageFacts Tell(StageFacts facts) => facts with { SelfCaptures = facts.SelfCaptures + (Attention.Capture ? 1 : 0) };

    public override void Check(StageParts stage, Reporter report)
    {
        base.Check(stage, report);
        LabelsPart.CheckRule(Labels, stage, stage, this, report);
        Attention.CheckNorm(stage, this, Rotary.Of(stage.Parts, this) is not null, report);
        if (Labels == LabelRule.UpTo && IsCausalIn(stage.Header!))
            report(RuleIds.WithoutEffect, Index, $"Labels is UpTo {stage.PlaceOf(this)}, where all rows that a row sees are before it and so have no larger labels; remove Labels, or say LabelRule.Equal", "Labels");
    }

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report) => Attention.CheckDivision(stage, this, Heads, "heads", report);

    /// <summary>Reports what says that the rows of a decoder see those behind them.</summary>
    protected void CheckCausal(bool? causal, StageParts stage, Reporter report)
    {
        if (causal == false && stage.Header!.IsDecoder)
            report(RuleIds.WithoutEffect, Index, $"Causal is false {stage.PlaceOf(this)}, a decoder, whose rows never see those behind them; remove Causal, or make the stage an encoder", "Causal");
    }

    protected sealed override int Sublayer(StageBuilder build, int x, int ordinal) =>
        Attention.Build(build, x, null, build.Width, Heads, MaskIn(build), AttentionRoles.Self, ordinal, score => BiasIn(build, score), Labels, rotary: Rotary.Of(build.Parts, this), global: OwnProjections, biasTable: TableIn(build, ordinal), positions: DisentangledPositions.Of(build.Parts, this));
}
