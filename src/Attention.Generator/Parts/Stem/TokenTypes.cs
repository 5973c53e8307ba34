using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[TokenTypes]</c>: what tells a token's type, added to its row.</summary>
internal sealed record TokenTypes(string Label, int Index, int Count) : EncoderStem(Label, Index)
{
    public static TokenTypes Parse(PartText text, Arguments arguments) => new(text.Label, text.Index, arguments.Required("count")) { Name = arguments.Name() };

    public override StageFacts Tell(StageFacts facts) => facts with { TakesTypes = facts.TakesTypes || Count != 1 };

    public override void Check(StageParts stage, Reporter report)
    {
        base.Check(stage, report);
        if (stage.Parts.OfType<TokenTypes>().First() != this)
            return;
        if (stage.First(Place.Source) is Part source and not Embedding)
            report(RuleIds.MisplacedPart, Index, $"[TokenTypes] needs tokens, but stage '{stage.Name}' reads {source.Label}; remove one of the two");
        else if (stage.Parts.OfType<ClassToken>().FirstOrDefault() is ClassToken token && token.Index < Index)
            report(RuleIds.MisplacedPart, Index, "[TokenTypes] stands behind [ClassToken], whose row is no token's; put it before [ClassToken]");
    }

    public override int Build(StageBuilder build, int x) =>
        build.Emit(new AddTypes(build.New(), build.Spot, x, build.Parameter(Roles.TokenTypes, Count, build.Width)));
}
