using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[LinformerAttention]</c>: self-attention to a fixed number of mixtures of the rows.</summary>
internal sealed record LinformerAttention(
    string Label, int Index, BodyOptions Options, int Heads, int Rank, ProjectionSharing Sharing, bool ValuesAreKeys, bool ProjectFirst, int? Rows, AttentionOptions Attention) : BodyPart(Label, Index, Options)
{
    public static LinformerAttention Parse(PartText text, Arguments arguments)
    {
        int heads = arguments.Required("heads");
        var part = new LinformerAttention(
            text.Label, text.Index, BodyOptions.Parse(arguments), heads, arguments.Required("rank"), arguments.Member("Sharing", ProjectionSharing.Headwise), arguments.Flag("ValuesAreKeys", false),
            arguments.Flag("ProjectFirst", false), arguments.OptionalSize("Rows"), AttentionOptions.Parse(arguments, heads)) { Name = arguments.Name() };
        if (part.ValuesAreKeys && arguments.Has("ValueBias"))
            arguments.WithoutEffect($"ValueBias is given {arguments.Place}, whose values are its keys; remove ValueBias, or say KeyBias", "ValueBias");
        return part;
    }

    protected override Role Norm => Roles.SelfNorm;

    protected override Role PostNorm => Roles.SelfPostNorm;

    protected override Role GateRole => Roles.SelfGate;

    public override StageFacts Tell(StageFacts facts) => facts with { SelfCaptures = facts.SelfCaptures + (Attention.Capture ? 1 : 0) };

    public override void Check(StageParts stage, Reporter report)
    {
        base.Check(stage, report);
        if (stage.Header!.IsDecoder)
            report(RuleIds.MisplacedPart, Index, $"{Label} stands in decoder '{stage.Name}', but its keys and values are mixtures of all rows, those behind a row too; make the stage an encoder, or use [SelfAttention]");
        Attention.CheckNorm(stage, this, isTurned: false, report);
        if (ProjectFirst && Attention.Norm != QueryKeyNorm.None)
            report(RuleIds.WithoutEffect, Index, $"ProjectFirst is given {stage.PlaceOf(this)}, whose keys are normed, which is before they are mixed; remove ProjectFirst or QueryKeyNorm", "ProjectFirst");
        bool bias = Attention.Bias ?? stage.Header.Bias;
        if (ProjectFirst && Attention.Norm == QueryKeyNorm.None && !(Attention.KeyBias ?? bias) && (ValuesAreKeys || !(Attention.ValueBias ?? bias)))
            report(RuleIds.WithoutEffect, Index, $"ProjectFirst is given {stage.PlaceOf(this)}, whose keys and values have no biases, so that the order makes no difference; remove ProjectFirst", "ProjectFirst");
    }

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        Attention.CheckDivision(stage, this, Heads, "heads", report);
        if (Rows < graph.Length)
            report(RuleIds.InvalidSize, Index, $"Rows is {Arguments.Number(Rows.Value)} {stage.PlaceOf(this)}, whose sequences have up to {Arguments.Number(graph.Length)} rows; make Rows at least that, or the source shorter", "Rows");
    }

    protected override int Sublayer(StageBuilder build, int x, int ordinal)
    {
        bool bias = Attention.Bias ?? build.Header.Bias, keyBias = Attention.KeyBias ?? bias, valueBias = Attention.ValueBias ?? bias;
        int inner = Attention.HeadWidth is int wide ? Heads * wide : build.Width, headWidth = inner / Heads, keyHeads = Attention.KeyValueHeads ?? Heads, shared = keyHeads * headWidth;
        int query = build.Linear(x, Roles.SelfQuery, inner, build.Width, ordinal, Attention.QueryBias ?? bias, change: map => map with { Heads = Heads });
        int Shared(Role role, bool has) => build.Linear(x, role, shared, build.Width, ordinal, has && !ProjectFirst, change: map => map with { Heads = keyHeads });
        int key = Shared(Roles.SelfKey, keyBias);
        (query, key) = (Attention.Normed(build, query, Roles.SelfQueryNorm, Heads, headWidth, ordinal), Attention.Normed(build, key, Roles.SelfKeyNorm, keyHeads, headWidth, ordinal));
        int value = ValuesAreKeys ? key : Shared(Roles.SelfValue, valueBias);

        // E(XW + b) is not (EX)W + b, which is E(XW) + b.
        int? Behind(Role role, bool has) => ProjectFirst && has ? build.Parameter(role, shared, 1, ordinal, isBias: true) : null;
        int? keyBehind = Behind(Roles.SelfKey, keyBias), valueBehind = ValuesAreKeys ? keyBehind : Behind(Roles.SelfValue, valueBias);
        int columns = Rows ?? build.Rows, stacked = Sharing == ProjectionSharing.None ? keyHeads : 1;
        int Mix(Role role) => build.Parameter(role, stacked * Rank, columns, ordinal, change: map => map with { Stacked = stacked });
        int keys = Sharing == ProjectionSharing.Layerwise ? build.Shared(Roles.SharedMixing, Rank, columns, ordinal) : Mix(Roles.KeyMixing);
        int values = ValuesAreKeys || Sharing is ProjectionSharing.KeyValue or ProjectionSharing.Layerwise ? keys : Mix(Roles.ValueMixing);
        int context = build.Emit(new Attend(
            build.New(), build.Spot, new Slice(query), new Slice(key), new Slice(value), Heads, headWidth, Attention.ScoreOf(headWidth), null, new Everything(), Attention.Weighting, null, Attention.Capture)
        {
            KeyValueHeads = keyHeads,
            Sinks = Attention.SinksIn(build, Roles.SelfSinks, Heads, ordinal),
            LowRank = new LowRank(Rank, keys, values, keyBehind, valueBehind, Sharing == ProjectionSharing.Layerwise),
        });
        return build.Linear(context, Roles.SelfOutput, build.Width, inner, ordinal, Attention.OutputBias ?? bias);
    }
}
