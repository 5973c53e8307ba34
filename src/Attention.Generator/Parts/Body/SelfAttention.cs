using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[SelfAttention]</c>: self-attention by an interval, or by a pattern and a bias of the user's own.</summary>
internal sealed record SelfAttention(
    string Label, int Index, BodyOptions Options, int Heads, bool? Causal, int? Window, int? Prefix, int? Global, bool GlobalProjections, OwnScores Own, DistanceBias Distances, LabelRule Labels, AttentionOptions Attention) : SelfAttentionPart(Label, Index, Options, Heads, Labels, Attention)
{
    public static SelfAttention Parse(PartText text, Arguments arguments)
    {
        int heads = arguments.Required("heads");
        return new SelfAttention(text.Label, text.Index, BodyOptions.Parse(arguments), heads, arguments.OptionalFlag("Causal"), arguments.OptionalSize("Window"), arguments.OptionalSize("Prefix"), arguments.OptionalSize("Global"), arguments.Flag("GlobalProjections", false), OwnScores.Parse(arguments), DistanceBias.Parse(arguments), arguments.Member("Labels", LabelRule.None), AttentionOptions.Parse(arguments, heads)) { Name = arguments.Name(), Widening = arguments.OptionalSize("InputWidth") };
    }

    /// <summary>What the user says of the width of its input.</summary>
    private int? Widening { get; init; }

    public override int? InputWidth => Widening;

    public override void Check(StageParts stage, Reporter report)
    {
        base.Check(stage, report);
        WideningCheck.Check(stage, this, report);
        CheckCausal(Causal, stage, report);
        if (Prefix is not null && (stage.Header!.IsDecoder || Causal != true))
            report(RuleIds.WithoutEffect, Index, $"Prefix is given {stage.PlaceOf(this)}, {(stage.Header!.IsDecoder ? "a decoder, whose rows never see those behind them" : "whose rows see all there are")}; remove Prefix, or say Causal = true in an encoder", "Prefix");
        else if (Prefix is not null && Window is not null && (Own.HasMask || Labels != LabelRule.None))
            report(RuleIds.WithoutEffect, Index, $"Prefix and Window are both given {stage.PlaceOf(this)}, which has {(Own.HasMask ? "a Mask" : "Labels")} besides; expected one of them, or a Mask of your own for all", "Prefix");
        CheckGlobal(stage, report);
        Own.Check(stage, this, report);
        Distances.Check(stage, this, IsCausalIn(stage.Header!), Own.HasBias, report);
    }

    private void CheckGlobal(StageParts stage, Reporter report)
    {
        string place = stage.PlaceOf(this);
        if (GlobalProjections && Global is null)
            report(RuleIds.WithoutEffect, Index, $"GlobalProjections is given {place}, which has no global rows; remove it, or say Global = n", "GlobalProjections");
        else if (GlobalProjections && IsCausalIn(stage.Header!))
            report(RuleIds.WithoutEffect, Index, $"GlobalProjections is given {place}, whose rows never see those behind them, as rows with projections of their own do; remove GlobalProjections{(stage.Header!.IsDecoder ? ", or make the stage an encoder" : " or Causal")}", "GlobalProjections");
        else if (GlobalProjections && Rotary.Of(stage.Parts, this) is Rotary rotary)
            report(RuleIds.MisplacedPart, Index, $"GlobalProjections is given {place}, behind {rotary.Label}, which does not turn what they project; remove GlobalProjections, or put the attention before {rotary.Label}", "GlobalProjections");
        else if (GlobalProjections && Attention.Norm != QueryKeyNorm.None)
            report(RuleIds.WithoutEffect, Index, $"QueryKeyNorm is {Attention.Norm} {place}, where GlobalProjections make queries and keys that it does not norm; remove one of the two", "QueryKeyNorm");
        if (Global is null)
            return;
        string? other = Own.HasMask ? "Mask" : Labels != LabelRule.None ? "Labels" : Prefix is not null ? "Prefix" : null;
        if (other is not null)
            report(RuleIds.WithoutEffect, Index, $"Global and {other} are both given {place}; expected one of them", "Global");
        else if (Window is null)
            report(RuleIds.WithoutEffect, Index, $"Global is given {place}, whose rows see the first ones without it; remove Global, or say Window", "Global");
    }

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        base.CheckSizes(stage, graph, report);
        if (Global >= graph.Length)
            report(RuleIds.InvalidSize, Index, $"Global is {Arguments.Number(Global.Value)} {stage.PlaceOf(this)}, whose sequences have up to {Arguments.Number(graph.Length)} rows; expected fewer, or no Window", "Global");
    }

    public override StageFacts Tell(StageFacts facts) => Own.Tell(base.Tell(facts), this);

    public override string? BiasArgument => Own.HasBias ? "ScoreBias" : Distances.Argument;

    protected override int? OwnProjections => GlobalProjections ? Global : null;

    protected override Mask MaskIn(StageBuilder build) => !Own.HasMask && Window is int window && (Global ?? Prefix) is int first
        ? new GlobalWindow(build.Rows, IntervalIn(build.Header, null), WindowIn(build.Header, Math.Min(window, build.Rows)), first, GlobalProjections)
        : Own.MaskIn(build, this, build.Rows, IntervalIn(build.Header, Window));

    protected override ScoreBias? BiasIn(StageBuilder build, Score score) => Own.BiasIn(build, this, Heads, build.Rows, score) ?? Distances.BiasIn(build, Heads, IsCausalIn(build.Header), score);

    protected override int? TableIn(StageBuilder build, int ordinal) => Distances.TableIn(build, Heads, ordinal);

    protected override bool IsCausalIn(Header header) => header.IsDecoder || Causal == true;

    private Interval IntervalIn(Header header, int? window) =>
        Prefix is int prefix ? new Prefix(prefix) : window is int near ? WindowIn(header, near) : IsCausalIn(header) ? new Causal() : new Everything();

    /// <summary>A causal window counts the row's own key among its keys, a two-sided one does not.</summary>
    private Window WindowIn(Header header, int window) => IsCausalIn(header) ? new Window(window - 1, 0) : new Window(window, window);
}
