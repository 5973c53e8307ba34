using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Positions]</c>: what tells a row's position, added to it.</summary>
internal sealed record Positions(string Label, int Index, PositionKind Kind, int? Offset, int? TableRows, int Repeat) : Part(Label, Index)
{
    public override Place Place => Place.Stem;

    public static Positions Parse(PartText text, Arguments arguments)
    {
        var positions = new Positions(
            text.Label, text.Index, arguments.Required<PositionKind>("kind"), arguments.OptionalSize("Offset", 0), arguments.OptionalSize("Rows"), arguments.Size("Repeat", 1)) { Name = arguments.Name() };
        if (positions.Kind == PositionKind.Learned)
            return positions;
        foreach ((string argument, int? value) in new[] { ("Offset", positions.Offset), ("Rows", positions.TableRows) })
        {
            if (value is not null)
                arguments.Report($"{argument} is given {arguments.Place}, whose positions are computed; expected PositionKind.Learned, or no {argument}", argument);
        }

        return positions;
    }

    /// <summary>A table of positions must have a row for each row of the stage, from its offset on.</summary>
    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        int rows = (graph.Source.Length + stage.Parts.Count(part => part is ClassToken && part.Index < Index) + Repeat - 1) / Repeat, needed = rows + (Offset ?? 0);
        if (TableRows is int table && table < needed)
            report(RuleIds.InvalidSize, Index,
                $"Rows is {Arguments.Number(table)} in [Positions] of stage '{stage.Name}', but its {Arguments.Number(rows)} {(Repeat == 1 ? "rows" : "positions")} need {Arguments.Number(needed)}{(Offset is int offset ? $" with Offset {Arguments.Number(offset)}" : "")}; make Rows at least that, or the source shorter", "Rows");
    }

    public override int Build(StageBuilder build, int x)
    {
        int table = build.Parameter(Roles.Positions, (build.Rows + Repeat - 1) / Repeat, build.Width, change: table => table with
        {
            Computed = Kind == PositionKind.Learned ? null : new Sinusoids(Kind),
            Offset = Offset ?? 0,
            TensorRows = TableRows,
        });
        return build.Emit(new AddPositions(build.New(), build.Spot, x, table, Repeat));
    }
}
