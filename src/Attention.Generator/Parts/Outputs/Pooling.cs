using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Pooling]</c>: one vector of all rows.</summary>
internal sealed record Pooling(string Label, int Index, PoolingKind Kind) : Part(Label, Index)
{
    public static Pooling Parse(PartText text, Arguments arguments) => new(text.Label, text.Index, arguments.Required<PoolingKind>("kind"));

    public override Place Place => Place.Output;

    public override bool Pools => true;

    public override StageFacts Tell(StageFacts facts) => facts with { IsPooled = true };

    public override void Check(StageParts stage, Reporter report)
    {
        if (stage.Parts.OfType<ClassHead>().FirstOrDefault() is ClassHead head && head.Index < Index && stage.Parts.OfType<Pooling>().First(pooling => pooling.Index > head.Index) == this)
            report(RuleIds.MisplacedPart, Index, $"[Pooling] stands behind [Head], which has pooled the rows of stage '{stage.Name}' already; put it before [Head]");
    }

    public override int Build(StageBuilder build, int x) => build.Emit(new Pool(build.New(), build.Spot, x, Kind));
}
