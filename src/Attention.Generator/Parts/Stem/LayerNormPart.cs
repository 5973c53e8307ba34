namespace Attention.Generator.Parts;

/// <summary><c>[LayerNorm]</c>: layer normalisation of each row.</summary>
internal sealed record LayerNormPart(string Label, int Index, Place Where, float? Epsilon) : NormPart(Label, Index, Where, NormKind.Layer, Epsilon)
{
    public static LayerNormPart Parse(PartText text, Arguments arguments) => new(text.Label, text.Index, PlaceOf(text), arguments.Epsilon("Epsilon")) { Name = arguments.Name() };
}
