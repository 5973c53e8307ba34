using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[ClassToken]</c>: one trained row in front of the others.</summary>
internal sealed record ClassToken(string Label, int Index) : EncoderStem(Label, Index)
{
    public static ClassToken Parse(PartText text, Arguments arguments) => new(text.Label, text.Index) { Name = arguments.Name() };

    public override int Build(StageBuilder build, int x)
    {
        x = build.Emit(new Prepend(build.New(), build.Spot, x, build.Parameter(Roles.ClassToken, build.Width, 1)));
        build.Rows++;
        return x;
    }
}

/// <summary>A part of the stem that only encoders can have.</summary>
internal abstract record EncoderStem(string Label, int Index) : Part(Label, Index)
{
    public sealed override Place Place => Place.Stem;

    public override void Check(StageParts stage, Reporter report)
    {
        if (stage.Header?.IsDecoder == true && stage.Parts.First(part => part.GetType() == GetType()) == this)
            report(RuleIds.MisplacedPart, Index, $"{Label} is for encoders, but '{stage.Name}' is a decoder; remove it");
    }
}
