using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>Self-attention by a pattern with sizes of its own.</summary>
internal abstract record PatternedAttention(string Label, int Index, BodyOptions Options, int Heads, AttentionOptions Attention) : BodyPart(Label, Index, Options)
{
    protected sealed override Role Norm => Roles.SelfNorm;

    /// <summary>What its rows see.</summary>
    protected abstract Mask MaskIn(StageBuilder build);

    public override StageFacts Tell(StageFacts facts) => facts with { SelfCaptures = facts.SelfCaptures + (Attention.Capture ? 1 : 0) };

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report) => Attention.CheckDivision(stage, this, Heads, "heads", report);

    protected sealed override int Sublayer(StageBuilder build, int x, int ordinal) =>
        Attention.Build(build, x, null, build.Width, Heads, MaskIn(build), SelfAttention.Projections, ordinal);
}
