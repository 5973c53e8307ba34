using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[L2Normalize]</c>: each row, or the pooled vector, divided by its Euclidean norm.</summary>
internal sealed record L2NormalizePart(string Label, int Index) : Part(Label, Index)
{
    public static L2NormalizePart Parse(PartText text, Arguments arguments) => new(text.Label, text.Index);

    public override Place Place => Place.Output;

    public override int Build(StageBuilder build, int x) => build.Emit(new L2Normalize(build.New(), build.Spot, x));
}
