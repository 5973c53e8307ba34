using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[ExternalAttention]</c>: attention of a stage's rows to a trained memory.</summary>
internal sealed record ExternalAttention(string Label, int Index, BodyOptions Options, int Memory, bool Bias) : BodyPart(Label, Index, Options)
{
    public static ExternalAttention Parse(PartText text, Arguments arguments) => new(
        text.Label, text.Index, BodyOptions.Parse(arguments), arguments.Required("memory"), arguments.Flag("Bias", false)) { Name = arguments.Name() };

    protected override Role Norm => Roles.ExternalNorm;

    protected override Role GateRole => Roles.ExternalGate;

    public override void Check(StageParts stage, Reporter report)
    {
        base.Check(stage, report);
        if (stage.Header!.IsDecoder)
            report(RuleIds.MisplacedPart, Index, $"{Label} stands in decoder '{stage.Name}', but each of its rows depends on all of them, those behind it too; make the stage an encoder, or use [SelfAttention]");
    }

    protected override int Sublayer(StageBuilder build, int x, int ordinal)
    {
        int scores = build.Linear(x, Roles.ExternalKeys, Memory, build.Width, ordinal, Bias);
        int weights = build.Emit(new DoubleNorm(build.New(), build.Spot, scores));
        return build.Linear(weights, Roles.ExternalValues, build.Width, Memory, ordinal, Bias);
    }
}
