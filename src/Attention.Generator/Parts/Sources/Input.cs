using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Input]</c>: the rows of another stage.</summary>
internal sealed record Input(string Label, int Index, string? From, bool HasFrom, int? SourceWidth, bool Bias) : SourcePart(Label, Index)
{
    public static Input Parse(PartText text, Arguments arguments)
    {
        var input = new Input(text.Label, text.Index, arguments.RequiredText("from"), arguments.Has("from"), arguments.OptionalSize("SourceWidth"), arguments.Flag("Bias", true)) { Name = arguments.Name() };
        if (arguments.Has("Bias") && input.SourceWidth is null)
            arguments.WithoutEffect($"Bias is given {arguments.Place}, where no map is that could have one; remove Bias, or say SourceWidth", "Bias");
        return input;
    }

    public override Reference? Reference => HasFrom ? new Reference("from", From) : null;

    public override StageFacts Tell(StageFacts facts) => facts with { HasSource = true, TakesRows = true };

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report) => SourceWidths.Check(stage, this, From!, SourceWidth, report);

    public override StageSource SourceOf(StageBuilder build)
    {
        StageGraph other = build.Stage(From!);
        return new RowSource(other.Length, other.Index, build.NameOf(From!));
    }

    public override int Build(StageBuilder build, int x)
    {
        int rows = build.Stage(From!).Sequence;
        return SourceWidth is int width
            ? build.Linear(rows, Roles.Source, build.Width, width, 0, Bias, isSource: true)
            : build.Emit(new CopyRows(build.New(), build.Spot, rows));
    }
}

/// <summary>Rows of another stage are as wide as this one, or as <c>SourceWidth</c> says, so that unequal widths are never an accident.</summary>
internal static class SourceWidths
{
    public static void Check(StageParts stage, Part part, string from, int? sourceWidth, Reporter report)
    {
        StageParts source = stage.Model.Find(from)!;
        int expected = sourceWidth ?? stage.Header!.Width, found = source.RowWidth;
        if (expected == found)
            return;
        report(RuleIds.SourceWidthMismatch, part.Index,
            sourceWidth is not null
                ? $"SourceWidth is {Arguments.Number(expected)}, but rows of stage '{source.Name}' are {Arguments.Number(found)} wide; write SourceWidth = {Arguments.Number(found)}"
                : $"Stage '{stage.Name}' is {Arguments.Number(expected)} wide, but rows of stage '{source.Name}' are {Arguments.Number(found)} wide; if that is meant, write SourceWidth = {Arguments.Number(found)}",
            sourceWidth is not null ? "SourceWidth" : "from");
    }
}
