using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Halting]</c>: rows decide after how many layers they halt.</summary>
internal sealed record HaltingPart(string Label, int Index, HaltingRule Rule, float Epsilon, bool CopiesHalted) : Part(Label, Index)
{
    public static HaltingPart Parse(PartText text, Arguments arguments) => new(
        text.Label, text.Index, arguments.Required<HaltingRule>("rule"), arguments.Epsilon("Epsilon") ?? 0.01f, arguments.Flag("CopyHalted", false)) { Name = arguments.Name() };

    public override Place Place => Place.Body;

    public override void Check(StageParts stage, Reporter report)
    {
        if (stage.Parts.Take(Index).OfType<BodyPart>().FirstOrDefault() is BodyPart before)
            report(RuleIds.MisplacedPart, Index, $"{Label} stands behind {before.Label} in stage '{stage.Name}', but rows decide before a layer's sub-layers; put it before {before.Label}");
        else if (stage.Recurrent is null && !stage.Parts.OfType<BodyPart>().Any())
            report(RuleIds.WithoutEffect, Index, $"{Label} of stage '{stage.Name}' has no sub-layer behind it, so that rows that have halted are as all others; add [SelfAttention(heads)], or remove {Label}");
    }

    public override int Build(StageBuilder build, int x)
    {
        int wishes = build.Linear(x, Roles.Halting, 1, build.Width, 0, bias: true);
        build.Halting = build.Emit(new Halt(build.New(), build.Spot, wishes, build.Halting, 1 - Epsilon));
        return x;
    }

    /// <summary>Begins a layer: what it is given, as its end needs it.</summary>
    public int Begin(StageBuilder build, int x) => CopiesHalted ? build.Emit(new Hold(build.New(), build.Spot, x)) : x;

    /// <summary>Ends a layer: what the next one is given, and the result so far.</summary>
    /// <param name="build">The stage.</param>
    /// <param name="held">What the layer was given.</param>
    /// <param name="x">What it made.</param>
    /// <param name="joined">The result of the layers before; null in the first.</param>
    public (int Next, int Joined) End(StageBuilder build, int held, int x, int? joined)
    {
        int halting = build.Halting!.Value;
        if (CopiesHalted)
            x = build.Emit(new HoldHalted(build.New(), build.Spot, x, held, halting));
        return (x, build.Emit(new JoinHalting(build.New(), build.Spot, x, halting, joined, Rule)));
    }
}
