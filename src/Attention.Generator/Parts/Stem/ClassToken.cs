using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>One trained row in front of the others.</summary>
internal abstract record TokenInFront(string Label, int Index) : EncoderStem(Label, Index)
{
    protected int Prepend(StageBuilder build, int x, Role role, string title)
    {
        build.Rows++;
        return build.Emit(new Prepend(build.New(), build.Spot, x, build.Parameter(role, build.Width, 1), title));
    }
}

/// <summary><c>[ClassToken]</c>: the first row.</summary>
internal sealed record ClassToken(string Label, int Index) : TokenInFront(Label, Index)
{
    public static ClassToken Parse(PartText text, Arguments arguments) => new(text.Label, text.Index) { Name = arguments.Name() };

    /// <summary>A distillation token, declared behind it, is put in front of the others before it is.</summary>
    public override int Build(StageBuilder build, int x)
    {
        if (build.Parts.OfType<DistillationToken>().FirstOrDefault() is DistillationToken distillation)
            x = build.As(distillation, () => distillation.Prepend(build, x));
        return Prepend(build, x, Roles.ClassToken, "class token");
    }
}

/// <summary><c>[DistillationToken]</c>: the row behind the class token's.</summary>
internal sealed record DistillationToken(string Label, int Index) : TokenInFront(Label, Index)
{
    public static DistillationToken Parse(PartText text, Arguments arguments) => new(text.Label, text.Index) { Name = arguments.Name() };

    public override void Check(StageParts stage, Reporter report)
    {
        base.Check(stage, report);
        if (stage.Header?.IsDecoder == false && (Index == 0 || stage.Parts[Index - 1] is not ClassToken))
            report(RuleIds.MisplacedPart, Index, $"{Label} puts a row behind that of the class token, which does not stand right before it in stage '{stage.Name}'; put [ClassToken] there");
    }

    public int Prepend(StageBuilder build, int x) => Prepend(build, x, Roles.DistillationToken, "distillation token");

    public override int Build(StageBuilder build, int x) => x;
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
