using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[DivideMax]</c>: each row, or the pooled vector, divided by its largest element.</summary>
internal sealed record DivideMaxPart(string Label, int Index) : Part(Label, Index)
{
    public static DivideMaxPart Parse(PartText text, Arguments arguments) => new(text.Label, text.Index);

    public override Place Place => Place.Output;

    public override int Build(StageBuilder build, int x) => build.Emit(new DivideMax(build.New(), build.Spot, x));
}
