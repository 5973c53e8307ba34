using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Head]</c>: one score a class, of the pooled rows.</summary>
internal sealed record ClassHead(string Label, int Index, int Classes, PoolingKind? Pooling, Activation? Pooler, bool Bias) : Part(Label, Index)
{
    public static ClassHead Parse(PartText text, Arguments arguments) => new(
        text.Label, text.Index, arguments.Required("classes"), arguments.OptionalMember<PoolingKind>("Pooling"), arguments.OptionalMember<Activation>("Pooler"), arguments.Flag("Bias", true)) { Name = arguments.Name() };

    public override void Check(StageParts stage, Reporter report)
    {
        if (Pooling is not null && stage.Parts.OfType<Pooling>().Any())
            report(RuleIds.WithoutEffect, Index, $"Pooling is given {stage.PlaceOf(this)}, but [Pooling] has pooled the rows already; remove one of the two", "Pooling");
        else if (Pooling == PoolingKind.AtToken)
            report(RuleIds.InvalidSize, Index, $"Pooling is AtToken {stage.PlaceOf(this)}, which does not say the token; put [Pooling(PoolingKind.AtToken, Token = id)] before it", "Pooling");
        else if (Pooling == PoolingKind.AtRow)
            report(RuleIds.InvalidSize, Index, $"Pooling is AtRow {stage.PlaceOf(this)}, which does not say the row; put [Pooling(PoolingKind.AtRow, Row = n)] before it", "Pooling");
        else
            Parts.Pooling.CheckTokens(stage, this, Pooling, "Pooling", report);
    }

    public override Place Place => Place.Output;

    public override bool Pools => true;

    public override StageFacts Tell(StageFacts facts) => facts with { IsPooled = true };

    public override int Build(StageBuilder build, int x)
    {
        if (!build.Parts.OfType<Pooling>().Any())
            x = Parts.Pooling.Pool(build, x, Pooling ?? PoolingKind.First);
        if (Pooler is Activation pooler)
            x = build.Activation(build.Linear(x, Roles.Pooler, build.Width, build.Width, 0, Bias), pooler);
        x = build.Linear(x, Roles.Head, Classes, build.Width, 0, Bias);
        build.Width = Classes;
        return x;
    }
}
