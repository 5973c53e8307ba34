using Attention.Generator.Operations;

namespace Attention.Generator.Parts;

/// <summary><c>[LocalAttention]</c>: self-attention within blocks and their neighbours.</summary>
internal sealed record LocalAttention(
    string Label, int Index, BodyOptions Options, int Heads, int Block, bool? Causal, int Backward, int? Forward, bool Exact, LabelRule Labels, AttentionOptions Attention) : SelfAttentionPart(Label, Index, Options, Heads, Labels, Attention)
{
    public static LocalAttention Parse(PartText text, Arguments arguments)
    {
        int heads = arguments.Required("heads");
        return new LocalAttention(
            text.Label, text.Index, BodyOptions.Parse(arguments), heads, arguments.Required("block"), arguments.OptionalFlag("Causal"), arguments.Size("Backward", 1, 0), arguments.OptionalSize("Forward", 0),
            arguments.Flag("Exact", false), arguments.Member("Labels", LabelRule.None), AttentionOptions.Parse(arguments, heads)) { Name = arguments.Name() };
    }

    public override void Check(StageParts stage, Reporter report)
    {
        base.Check(stage, report);
        CheckCausal(Causal, stage, report);
        if (Forward > 0 && IsCausalIn(stage.Header!))
            report(RuleIds.WithoutEffect, Index, $"Forward is {Arguments.Number(Forward.Value)} {stage.PlaceOf(this)}, whose rows never see those behind them; remove Forward", "Forward");
    }

    protected override bool IsCausalIn(Header header) => header.IsDecoder || Causal == true;

    protected override Mask MaskIn(StageBuilder build)
    {
        bool causal = IsCausalIn(build.Header);
        int forward = causal ? 0 : Forward ?? 1, before = (int)Math.Min((long)Block * Backward, build.Rows), behind = (int)Math.Min((long)Block * forward, build.Rows);
        Interval within = Exact ? new Window(before, causal ? 0 : behind) : causal ? new Causal() : new Everything();
        return new BlockLocal(build.Rows, within, Block, Backward, forward);
    }
}
