using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Queries]</c>: trained rows that ask another stage's.</summary>
internal sealed record Queries(string Label, int Index, int Count, bool PerLabel) : SourcePart(Label, Index)
{
    public static Queries Parse(PartText text, Arguments arguments) => new(text.Label, text.Index, arguments.Required("count"), arguments.Flag("PerLabel", false)) { Name = arguments.Name() };

    public override StageFacts Tell(StageFacts facts) => facts with { HasSource = true, TakesRows = true };

    public override void Check(StageParts stage, Reporter report)
    {
        base.Check(stage, report);
        if (stage.Parts.OfType<CrossAttention>().FirstOrDefault() is not CrossAttention cross)
            report(RuleIds.MissingPart, Index, $"{Label} ask the rows of another stage, but '{stage.Name}' attends to none; add [CrossAttention(from)]");
        else if (PerLabel && LabelsOf(stage, cross)?.Rows is null)
            report(RuleIds.MissingPart, Index, $"PerLabel is true {stage.PlaceOf(this)}, but the rows of stage '{cross.From}' have no labels of so many rows each; add [Labels(Rows = n)] to it", "PerLabel");
        else if (PerLabel && stage.Parts.OfType<LabelsPart>().FirstOrDefault() is LabelsPart { Rows: int rows } own && rows != Count)
            report(RuleIds.InvalidSize, own.Index, $"Rows is {Arguments.Number(rows)} {stage.PlaceOf(own)}, but each label has {Arguments.Number(Count)} {Label}; say Rows = {Arguments.Number(Count)}", "Rows");
    }

    /// <summary>The labels of the rows that an attention attends to.</summary>
    public static LabelsPart? LabelsOf(StageParts stage, CrossAttention cross) => cross.From is string from ? stage.Model.Find(from)?.Parts.OfType<LabelsPart>().FirstOrDefault() : null;

    private StageGraph? OtherOf(StageBuilder build) => PerLabel ? build.Stage(build.Parts.OfType<CrossAttention>().First().From!) : null;

    /// <summary>How many rows of a stage have one label.</summary>
    public static int BlockOf(StageGraph stage) => stage.Operations.OfType<LabelRows>().First().Value;

    public override StageSource SourceOf(StageBuilder build)
    {
        if (OtherOf(build) is not StageGraph other)
            return new QuerySource(Count, null, Count, 1);
        int block = BlockOf(other);
        return new QuerySource((int)Math.Min(Arguments.MaximumSize, (other.Length + block - 1L) / block * Count), other.Index, Count, block);
    }

    public override int Build(StageBuilder build, int x) =>
        build.Emit(new TakeQueries(build.New(), build.Spot, build.Parameter(Roles.Queries, Count, build.Width), OtherOf(build) is StageGraph other ? (other.Sequence, BlockOf(other)) : null));
}
