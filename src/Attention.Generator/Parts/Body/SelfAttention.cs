using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[SelfAttention]</c>: self-attention by an interval, or by a pattern and a bias of the user's own.</summary>
internal sealed record SelfAttention(string Label, int Index, BodyOptions Options, int Heads, bool? Causal, int? Window, int? Prefix, OwnScores Own, DistanceBias Distances, LabelRule Labels, AttentionOptions Attention) : SelfAttentionPart(Label, Index, Options, Heads, Attention)
{
    public static SelfAttention Parse(PartText text, Arguments arguments)
    {
        int heads = arguments.Required("heads");
        return new SelfAttention(text.Label, text.Index, BodyOptions.Parse(arguments), heads, arguments.OptionalFlag("Causal"), arguments.OptionalSize("Window"), arguments.OptionalSize("Prefix"), OwnScores.Parse(arguments), DistanceBias.Parse(arguments), arguments.Member("Labels", LabelRule.None), AttentionOptions.Parse(arguments, heads)) { Name = arguments.Name() };
    }

    public override void Check(StageParts stage, Reporter report)
    {
        base.Check(stage, report);
        CheckCausal(Causal, stage, report);
        if (Prefix is not null && (stage.Header!.IsDecoder || Causal != true))
            report(RuleIds.WithoutEffect, Index, $"Prefix is given {stage.PlaceOf(this)}, {(stage.Header!.IsDecoder ? "a decoder, whose rows never see those behind them" : "whose rows see all there are")}; remove Prefix, or say Causal = true in an encoder", "Prefix");
        else if (Prefix is not null && Window is not null)
            report(RuleIds.WithoutEffect, Index, $"Prefix and Window are both given {stage.PlaceOf(this)}; expected one of them, or a Mask of your own for both", "Prefix");
        LabelsPart.CheckRule(Labels, stage, stage, this, report);
        if (Labels == LabelRule.UpTo && (stage.Header!.IsDecoder || Causal == true))
            report(RuleIds.WithoutEffect, Index, $"Labels is UpTo {stage.PlaceOf(this)}, where all rows that a row sees are before it and so have no larger labels; remove Labels, or say LabelRule.Equal", "Labels");
        Own.Check(stage, this, report);
        Distances.Check(stage, this, IsCausalIn(stage.Header!), Own.HasBias, report);
    }

    public override StageFacts Tell(StageFacts facts) => Own.Tell(base.Tell(facts), this);

    protected override LabelRule Rule => Labels;

    protected override Mask MaskIn(StageBuilder build) => Own.MaskIn(build, this, build.Rows, IntervalIn(build.Header));

    protected override ScoreBias? BiasIn(StageBuilder build, Score score) => Own.BiasIn(build, this, Heads, build.Rows, score) ?? Distances.BiasIn(build, Heads, IsCausalIn(build.Header), score);

    protected override int? TableIn(StageBuilder build, int ordinal) => Distances.TableIn(build, Heads, ordinal);

    private bool IsCausalIn(Header header) => header.IsDecoder || Causal == true;

    /// <summary>A causal window counts the row's own key among its keys, a two-sided one does not.</summary>
    private Interval IntervalIn(Header header) => Prefix is int prefix ? new Prefix(prefix) : (Window, IsCausalIn(header)) switch
    {
        (null, true) => new Causal(),
        (null, false) => new Everything(),
        (int window, true) => new Window(window - 1, 0),
        (int window, false) => new Window(window, window),
    };
}
