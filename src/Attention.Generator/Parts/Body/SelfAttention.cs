using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[SelfAttention]</c>: attention of a stage's rows to each other.</summary>
internal sealed record SelfAttention(string Label, int Index, BodyOptions Options, int Heads, bool? Causal, int? Window, int? Prefix, bool HasMask, string? Mask, bool HasScoreBias, string? ScoreBias, AttentionOptions Attention) : BodyPart(Label, Index, Options)
{
    /// <summary>Those of its projections.</summary>
    public static readonly EquatableArray<Role> Projections = EquatableArray.Of(Roles.SelfQuery, Roles.SelfKey, Roles.SelfValue, Roles.SelfOutput);

    public static SelfAttention Parse(PartText text, Arguments arguments)
    {
        int heads = arguments.Required("heads");
        AttentionOptions attention = AttentionOptions.Parse(arguments);
        var part = new SelfAttention(text.Label, text.Index, BodyOptions.Parse(arguments), heads, arguments.OptionalFlag("Causal"), arguments.OptionalSize("Window"), arguments.OptionalSize("Prefix"), arguments.Has("Mask"), arguments.Text("Mask"), arguments.Has("ScoreBias"), arguments.Text("ScoreBias"), attention) { Name = arguments.Name() };
        attention.CheckHeads(heads, arguments.Place, message => arguments.Report(message, "HeadWidth"));
        return part;
    }

    public override void Check(StageParts stage, Reporter report)
    {
        base.Check(stage, report);
        if (Causal == false && stage.Header!.IsDecoder)
            report(RuleIds.WithoutEffect, Index, $"Causal is false {stage.PlaceOf(this)}, a decoder, whose rows never see those behind them; remove Causal, or make the stage an encoder", "Causal");
        if (Prefix is not null && (stage.Header!.IsDecoder || Causal != true))
            report(RuleIds.WithoutEffect, Index, $"Prefix is given {stage.PlaceOf(this)}, {(stage.Header!.IsDecoder ? "a decoder, whose rows never see those behind them" : "whose rows see all there are")}; remove Prefix, or say Causal = true in an encoder", "Prefix");
        else if (Prefix is not null && Window is not null)
            report(RuleIds.WithoutEffect, Index, $"Prefix and Window are both given {stage.PlaceOf(this)}; expected one of them, or a Mask of your own for both", "Prefix");
        if (HasMask)
            OwnMethods.Check(stage, this, "Mask", Mask, "bool", "Sees", ["int query, int key"], report);
        if (HasScoreBias)
            OwnMethods.Check(stage, this, "ScoreBias", ScoreBias, "float", "Slope", ["int head, int distance", "int head, int query, int key"], report);
    }

    protected override Role Norm => Roles.SelfNorm;

    public override StageFacts Tell(StageFacts facts) => facts with
    {
        SelfCaptures = facts.SelfCaptures + (Attention.Capture ? 1 : 0),
        OwnMethods = new[] { Mask is null ? null : OwnPattern.MethodOf(Index), ScoreBias is null ? null : OwnBias.MethodOf(Index) }.OfType<string>().Concat(facts.OwnMethods).ToEquatableArray(),
    };

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report) => Attention.CheckDivision(stage, this, Heads, "heads", report);

    protected override int Sublayer(StageBuilder build, int x, int ordinal) =>
        Attention.Build(build, x, null, build.Width, Heads, MaskIn(build), Projections, ordinal, score => ScoreBias is null ? null : new OwnBias(build.Rows, Heads, score.Scale, build.Spot.Origin.Stage, Index, ScoreBias, build.HasMethod($"float {ScoreBias}(int, int, int)")));

    private Mask MaskIn(StageBuilder build) => Mask is null ? IntervalIn(build.Header) : new OwnPattern(build.Rows, IntervalIn(build.Header), build.Spot.Origin.Stage, Index, Mask);

    /// <summary>A causal window counts the row's own key among its keys, a two-sided one does not.</summary>
    private Interval IntervalIn(Header header) => Prefix is int prefix ? new Prefix(prefix) : (Window, header.IsDecoder || Causal == true) switch
    {
        (null, true) => new Causal(),
        (null, false) => new Everything(),
        (int window, true) => new Window(window - 1, 0),
        (int window, false) => new Window(window, window),
    };
}
