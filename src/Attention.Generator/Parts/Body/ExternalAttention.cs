using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[ExternalAttention]</c>: attention of a stage's rows to a trained memory.</summary>
/// <param name="Heads">How many heads share the memory, between maps of their own; null for none of all this.</param>
internal sealed record ExternalAttention(
    string Label, int Index, BodyOptions Options, int Memory, bool Bias, int? Heads, int Expansion, bool? QueryBias, bool? OutputBias, bool Capture) : BodyPart(Label, Index, Options)
{
    public static ExternalAttention Parse(PartText text, Arguments arguments)
    {
        var part = new ExternalAttention(
            text.Label, text.Index, BodyOptions.Parse(arguments), arguments.Required("memory"), arguments.Flag("Bias", false), arguments.OptionalSize("Heads"),
            arguments.Size("Expansion", 1), arguments.OptionalFlag("QueryBias"), arguments.OptionalFlag("OutputBias"), arguments.Flag("Capture", false)) { Name = arguments.Name() };
        foreach (string argument in new[] { "Expansion", "QueryBias", "OutputBias" }.Where(argument => part.Heads is null && arguments.Has(argument)))
            arguments.WithoutEffect($"{argument} is given {arguments.Place}, which has no heads and so no maps around them; remove {argument}, or say Heads", argument);
        return part;
    }

    protected override Role Norm => Roles.ExternalNorm;

    protected override Role PostNorm => Roles.ExternalPostNorm;

    protected override Role GateRole => Roles.ExternalGate;

    public override StageFacts Tell(StageFacts facts) => facts with { ExternalCaptures = facts.ExternalCaptures + (Capture ? 1 : 0) };

    public override void Check(StageParts stage, Reporter report)
    {
        base.Check(stage, report);
        if (stage.Header!.IsDecoder)
            report(RuleIds.MisplacedPart, Index, $"{Label} stands in decoder '{stage.Name}', but each of its rows depends on all of them, those behind it too; make the stage an encoder, or use [SelfAttention]");
        int width = stage.Header.Width;
        if (Expansion > 0 && width > 0 && (long)Expansion * width > Arguments.MaximumSize)
            report(RuleIds.InvalidSize, Index, $"Expansion {Arguments.Number(Expansion)} × width {Arguments.Number(width)} {stage.PlaceOf(this)} is more than {Arguments.Number(Arguments.MaximumSize)}; expected a smaller one", "Expansion");
    }

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        if (Heads is int heads)
            AttentionOptions.CheckDivision(stage, this, heads, "Heads", "", report);
    }

    protected override int Sublayer(StageBuilder build, int x, int ordinal)
    {
        if (Heads is not int told)
            return Attend(build, x, build.Width, 1, ordinal);
        int inner = Expansion * build.Width, heads = Expansion * told;
        int queries = build.Linear(x, Roles.ExternalQuery, inner, build.Width, ordinal, QueryBias ?? build.Header.Bias);
        return build.Linear(Attend(build, queries, inner, heads, ordinal), Roles.ExternalOutput, build.Width, inner, ordinal, OutputBias ?? build.Header.Bias);
    }

    /// <summary>One head, which may be wide, is two products with a norm between them.</summary>
    private int Attend(StageBuilder build, int x, int inner, int heads, int ordinal)
    {
        if (heads == 1)
        {
            int scores = build.Linear(x, Roles.ExternalKeys, Memory, inner, ordinal, Bias);
            return build.Linear(build.Emit(new DoubleNorm(build.New(), build.Spot, scores, Capture)), Roles.ExternalValues, inner, Memory, ordinal, Bias);
        }

        int headWidth = inner / heads;
        int Map(Role role, int outputs, int inputs) => build.Parameter(role, outputs, inputs, ordinal);
        int? Added(Role role, int outputs) => Bias ? build.Parameter(role, outputs, 1, ordinal, isBias: true) : null;
        return build.Emit(new AttendMemory(
            build.New(), build.Spot, x, heads, headWidth, Memory, Map(Roles.ExternalKeys, Memory, headWidth), Added(Roles.ExternalKeys, Memory),
            Map(Roles.ExternalValues, headWidth, Memory), Added(Roles.ExternalValues, headWidth), Capture));
    }
}
