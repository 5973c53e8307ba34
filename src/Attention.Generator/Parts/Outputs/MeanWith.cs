using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[MeanWith]</c>: the mean of the stage's vector and another stage's.</summary>
internal sealed record MeanWith(string Label, int Index, string? From, bool HasFrom) : Part(Label, Index)
{
    public static MeanWith Parse(PartText text, Arguments arguments) => new(text.Label, text.Index, arguments.RequiredText("from"), arguments.Has("from"));

    public override Place Place => Place.Output;

    public override Reference? Reference => HasFrom ? new Reference("from", From) : null;

    public override StageFacts Tell(StageFacts facts) => facts with { AttendsToOthers = true };

    public override void Check(StageParts stage, Reporter report)
    {
        if (!stage.Parts.Any(part => part.Pools && part.Index < Index))
            report(RuleIds.MisplacedPart, Index, $"{Label} takes the mean of two vectors, but stage '{stage.Name}' has rows there; put [Head(classes)] or [Pooling(kind)] before it");
        if (From is string from && stage.Model.Find(from) is StageParts other && other != stage && !other.Parts.Any(part => part.Pools))
            report(RuleIds.MisplacedPart, Index, $"{Label} takes the mean of two vectors, but stage '{other.Name}' gives rows; add [Head(classes)] or [Pooling(kind)] to it", "from");
    }

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        StageParts other = stage.Model.Find(From!)!;
        (int mine, int theirs) = (stage.WidthBefore(Index), other.WidthBefore(other.Parts.Count));
        if (mine != theirs)
            report(RuleIds.SourceWidthMismatch, Index, $"The vector that reaches {Label} of stage '{stage.Name}' is {Arguments.Number(mine)} wide, but stage '{other.Name}' gives one of {Arguments.Number(theirs)}; make them equal", "from");
    }

    public override int Build(StageBuilder build, int x)
    {
        StageGraph other = build.Stage(From!);
        return build.Emit(new Mean(build.New(), build.Spot, x, other.Output, other.Index, build.Width));
    }
}
