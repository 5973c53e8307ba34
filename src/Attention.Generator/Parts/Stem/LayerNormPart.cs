using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[LayerNorm]</c>: layer normalisation of each row, in the stem or, behind the body, of the output.</summary>
internal sealed record LayerNormPart(string Label, int Index, Place Where, float? Epsilon) : Part(Label, Index)
{
    public override Place Place => Where;

    public override string? OnlyOne => null;

    public static LayerNormPart Parse(PartText text, Arguments arguments) =>
        new(text.Label, text.Index, text.IsBehindBody ? Place.Output : Place.Stem, arguments.Epsilon("Epsilon")) { Name = arguments.Name() };

    public override int Build(StageBuilder build, int x)
    {
        int ordinal = build.Parts.OfType<LayerNormPart>().Count(other => other.Where == Where && other.Index < Index);
        return build.Norm(x, Where == Place.Stem ? Roles.StemNorm : Roles.OutputNorm, build.Width, ordinal, Epsilon);
    }
}
