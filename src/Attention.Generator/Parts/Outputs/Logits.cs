using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Logits]</c>: one score a token of the vocabulary.</summary>
internal sealed record Logits(string Label, int Index, bool Tied, bool? Bias, float? SoftCap, float? Scale, ProductFormat? Format) : Part(Label, Index)
{
    public static Logits Parse(PartText text, Arguments arguments) => new(text.Label, text.Index, arguments.Flag("Tied", false), arguments.OptionalFlag("Bias"), arguments.Positive("SoftCap"), arguments.Positive("Scale"), arguments.OptionalMember<ProductFormat>("Products")) { Name = arguments.Name() };

    public override Place Place => Place.Output;

    public override ProductFormat? Products => Format;

    public override StageFacts Tell(StageFacts facts) => facts with { HasLogits = true };

    public override void Check(StageParts stage, Reporter report)
    {
        if (stage.Parts.OfType<Logits>().First() != this)
            return;
        if (Tied && stage.Segments.Count > 1)
            report(RuleIds.SharedTableMismatch, Index, $"Tied is true {stage.PlaceOf(this)}, whose tokens have {Arguments.Number(stage.Segments.Count)} tables, a kind each; remove Tied", "Tied");
        Part? pooling = stage.Parts.FirstOrDefault(part => part.Pools), next = stage.Parts.ElementAtOrDefault(Index + 1);
        if (stage.Header is { IsDecoder: false } && stage.First(Place.Source) is Part source and not Embedding)
            report(RuleIds.MisplacedPart, Index, $"[Logits] scores the tokens of a vocabulary, but stage '{stage.Name}' reads {source.Label} and so has none; use [Linear(width)] for scores of each row");
        else if (pooling is not null)
            report(RuleIds.MisplacedPart, Index, $"[Logits] needs a row for every token, but {pooling.Label} has left one vector of them; remove one of the two, or use [Linear(width)]");
        else if (stage.Header is { IsDecoder: false } && stage.Parts.OfType<ClassToken>().Any())
            report(RuleIds.MisplacedPart, Index, $"[Logits] needs a row for every token and no other, but [ClassToken] puts one in front of them in stage '{stage.Name}'; remove one of the two, or use [Linear(width)]");
        else if (next is not (null or Logits) && stage.Parts[stage.Parts.Count - 1].Place >= Place)
            report(RuleIds.MisplacedPart, Index + 1, $"{next.Label} stands behind [Logits], which is the last part of stage '{stage.Name}'; put it before [Logits]");
    }

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        int width = stage.Parts.OfType<Linear>().LastOrDefault()?.Width ?? stage.RowWidth;
        if (Tied && width != stage.TableWidth)
            report(RuleIds.SharedTableMismatch, Index,
                $"The rows that reach [Logits] are {Arguments.Number(width)} wide, but the embedding table of stage '{stage.Name}', to which it is tied, is {Arguments.Number(stage.TableWidth)} wide; make them equal, or remove Tied", "Tied");
    }

    /// <summary>What outputs with logits begin with: the scores of an encoder are of the rows that a call names.</summary>
    public int Begin(StageBuilder build, int x) => build.Header.IsDecoder ? x : build.Emit(new PickRows(build.New(), build.Spot, x));

    public override int Build(StageBuilder build, int x)
    {
        EquatableArray<TokenSegment> kinds = build.Kinds;
        if (Scale is float factor)
            x = build.Emit(new Times(build.New(), build.Spot, x, factor, build.Width));
        int logits = build.Linear(x, Roles.Logits, kinds.Sum(kind => kind.Tokens), build.Width, 0, Bias ?? !Tied, Tied ? build.Table() : null);
        if (SoftCap is float cap)
            logits = build.Emit(new Activate(build.New(), build.Spot, logits, Activation.Tanh) { Cap = cap });
        return kinds.Count == 1 || !build.Header.IsDecoder ? logits : build.Emit(new Forbid(build.New(), build.Spot, logits, kinds));
    }
}
