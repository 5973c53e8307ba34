using Attention.Generator.Graph;

namespace Attention.Generator.Parts;

/// <summary>A norm of each row, in the stem or, behind the body, of the output.</summary>
internal abstract record NormPart(string Label, int Index, Place Where, NormKind Kind, float? Epsilon) : Part(Label, Index)
{
    public sealed override Place Place => Where;

    public sealed override string? OnlyOne => null;

    /// <summary>Where a norm stands that is read behind a body or not.</summary>
    protected static Place PlaceOf(PartText text) => text.IsBehindBody ? Place.Output : Place.Stem;

    public override int Build(StageBuilder build, int x)
    {
        int ordinal = build.Parts.OfType<NormPart>().Count(other => other.Where == Where && other.Index < Index);
        return build.Norm(x, Where == Place.Stem ? Roles.StemNorm : Roles.OutputNorm, build.Width, ordinal, Kind, Epsilon);
    }
}
