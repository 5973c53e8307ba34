namespace Attention.Generator.Parts;

/// <summary><c>[RmsNorm]</c>: RMS normalisation of each row.</summary>
internal sealed record RmsNormPart(string Label, int Index, Place Where, NormKind Kind, float? Epsilon) : NormPart(Label, Index, Where, Kind, Epsilon)
{
    public static RmsNormPart Parse(PartText text, Arguments arguments) => new(
        text.Label, text.Index, PlaceOf(text), arguments.Flag("PlusOne", false) ? NormKind.RmsPlusOne : NormKind.Rms, arguments.Epsilon("Epsilon")) { Name = arguments.Name() };
}
