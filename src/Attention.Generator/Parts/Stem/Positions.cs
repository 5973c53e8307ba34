using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Positions]</c>: what tells a row's position, added to it.</summary>
internal sealed record Positions(string Label, int Index, PositionKind Kind, int? Offset, int? TableRows, int Repeat, int? Columns) : Part(Label, Index)
{
    public override Place Place => Place.Stem;

    /// <summary>One of each kind of tokens.</summary>
    public override string? OnlyOne => null;

    public static Positions Parse(PartText text, Arguments arguments)
    {
        var positions = new Positions(
            text.Label, text.Index, arguments.Required<PositionKind>("kind"), arguments.OptionalSize("Offset", 0), arguments.OptionalSize("Rows"), arguments.Size("Repeat", 1), arguments.OptionalSize("Columns")) { Name = arguments.Name() };
        bool isAxial = positions.Kind == PositionKind.Axial;
        if (isAxial && positions.Columns is null)
            arguments.Report($"kind is Axial {arguments.Place}, which does not tell how many rows make a line; say Columns = n", "kind");
        else if (!isAxial && positions.Columns is not null)
            arguments.WithoutEffect($"Columns is given {arguments.Place}, whose rows make no lines; remove Columns, or say PositionKind.Axial", "Columns");
        if (isAxial && arguments.Has("Repeat"))
            arguments.WithoutEffect($"Repeat is given {arguments.Place}, where each place has a line and a column of its own; remove Repeat", "Repeat");
        if (isAxial && positions.Offset is not null)
            arguments.Report($"Offset is given {arguments.Place}, whose lines are counted from the first; expected PositionKind.Learned, or no Offset", "Offset");
        if (!isAxial && positions.Kind != PositionKind.Learned && positions.TableRows is not null)
            arguments.Report($"Rows is given {arguments.Place}, whose positions are computed; expected PositionKind.Learned, or no Rows", "Rows");
        return positions;
    }

    public override void Check(StageParts stage, Reporter report)
    {
        if (stage.Parts.Take(Index).Reverse().TakeWhile(part => part is not Segment).OfType<Positions>().Any())
            report(RuleIds.DoubledPart, Index, $"Stage '{stage.Name}' has {Label} and {Label}{(stage.Segments.Count > 1 ? " of one kind of tokens" : "")}, but there can be only one; remove one of them");
        else if (Kind == PositionKind.Axial && stage.Parts.Take(Index).OfType<ClassToken>().FirstOrDefault() is ClassToken token)
            report(RuleIds.MisplacedPart, Index, $"{Label} by lines and columns stand behind {token.Label} in stage '{stage.Name}', whose row has neither; put them before {token.Label}");
        else if (Repeat > 1 && stage.Segments.Count > 1)
            report(RuleIds.WithoutEffect, Index, $"Repeat is given {stage.PlaceOf(this)}, which has tokens of several kinds, whose places are all told apart; remove Repeat", "Repeat");
    }

    /// <summary>A table of positions must have a row for each row of the stage, from its offset on.</summary>
    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        int of = SegmentOf(stage.Segments)?.Rows ?? graph.Source.Length;
        int each = Columns ?? Repeat, rows = (of + stage.Parts.Count(part => part is TokenInFront && part.Index < Index) + each - 1) / each, needed = rows + (Offset ?? 0);
        if (TableRows is int table && table < needed)
            report(RuleIds.InvalidSize, Index,
                $"Rows is {Arguments.Number(table)} in [Positions] of stage '{stage.Name}', but its {Arguments.Number(rows)} {(Columns is not null ? "lines" : Repeat == 1 ? "rows" : "positions")} need {Arguments.Number(needed)}{(Offset is int offset ? $" with Offset {Arguments.Number(offset)}" : "")}; make Rows at least that, or the source shorter", "Rows");
    }

    /// <summary>The kind of tokens whose places these are.</summary>
    private SegmentParts? SegmentOf(IReadOnlyList<SegmentParts> segments) => segments.FirstOrDefault(segment => segment.Positions == this);

    /// <summary>Those of all kinds of tokens are added at once, with the first of them.</summary>
    public override int Build(StageBuilder build, int x)
    {
        if (build.Segments.Count <= 1)
            return build.Emit(new AddPositions(build.New(), build.Spot, x, Table(build, build.Rows, 0), Repeat));
        return build.Parts.OfType<Positions>().First() != this ? x
            : build.Emit(new AddPositions(build.New(), build.Spot, x, SegmentParts.All(build, build.Segments, segment => segment.PositionTable(build))));
    }

    /// <summary>The table of so many rows, the first of which has position 0.</summary>
    /// <param name="ordinal">Which kind of tokens it is for.</param>
    public int Table(StageBuilder build, int rows, int ordinal)
    {
        if (Columns is int columns)
        {
            int lines = build.Parameter(Roles.LinePositions, (rows + columns - 1) / columns, build.Width, ordinal, change: table => table with { TensorRows = TableRows });
            return build.Computed(rows, new AxialSum(lines, build.Parameter(Roles.ColumnPositions, columns, build.Width, ordinal)));
        }

        int first = Offset ?? 0;
        return build.Parameter(Roles.Positions, (rows + Repeat - 1) / Repeat, build.Width, ordinal, change: table =>
            Kind == PositionKind.Learned ? table with { Offset = first, TensorRows = TableRows } : table with { Computed = new Sinusoids(Kind, first) });
    }
}
