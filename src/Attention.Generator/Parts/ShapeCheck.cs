using System.Globalization;
using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>Follows the widths through a graph and reports where two of them do not meet.</summary>
internal static class ShapeCheck
{
    public static ShapedGraph Check(ModelGraph graph, ModelDeclaration model)
    {
        EquatableArray<Shape> shapes = ShapeInference.Infer(graph);
        var findings = new List<Finding>();
        foreach (StageGraph stage in graph.Stages)
        {
            foreach (Operation operation in stage.Operations)
            {
                switch (operation)
                {
                    case Product project when shapes[project.Input] is Shape input && input.Rows.Stage != stage.Index:
                        int inputs = graph.Parameters[project.Weights[0]].Columns;
                        if (input.Width != inputs)
                            findings.Add(WidthMismatch(operation, input, inputs, model));
                        break;
                    case CopyRows copy when shapes[copy.Input].Width != stage.Width:
                        findings.Add(WidthMismatch(operation, shapes[copy.Input], stage.Width, model));
                        break;
                    case AddPositions add when graph.Parameters[add.Table].Computed is null:
                        if (TableMismatch(operation, graph.Parameters[add.Table].Rows, model) is Finding mismatch)
                            findings.Add(mismatch);
                        break;
                    case Attend attend:
                        int width = shapes[attend.Query.Value].Width;
                        if (attend.Heads * attend.HeadWidth != width && !IsOfSelfAttention(attend, model))
                            findings.Add(HeadsMismatch(attend, width, model));
                        break;
                }
            }
        }

        CheckTables(model, findings);
        return new ShapedGraph(graph, shapes, findings.Distinct().ToEquatableArray());
    }

    private static Finding HeadsMismatch(Attend attend, int width, ModelDeclaration model)
    {
        StageDeclaration stage = model.Stages[attend.Origin.Stage];
        PartDeclaration part = stage.Parts[attend.Origin.Part];
        string near = string.Join(" or ", new[] { Divisor(width, attend.Heads, -1), Divisor(width, attend.Heads, 1) }.Distinct().Select(Number));
        return new Finding(RuleIds.HeadsDoNotDivideWidth, new Target(attend.Origin.Stage, attend.Origin.Part, part.Has("heads") ? "heads" : null),
            $"{Number(attend.Heads)} heads do not divide width {Number(width)} of stage '{stage.Name}'; use {near} heads, a width of {Number((width / attend.Heads + 1) * attend.Heads)}, or set HeadWidth");
    }

    /// <summary>Whether the heads are taken from the stage's self-attention, where the same mismatch is reported already.</summary>
    private static bool IsOfSelfAttention(Attend attend, ModelDeclaration model)
    {
        StageDeclaration stage = model.Stages[attend.Origin.Stage];
        return !stage.Parts[attend.Origin.Part].Has("heads")
            && stage.Parts.FirstOrDefault(part => part.Kind == PartKind.SelfAttention) is PartDeclaration self && !self.Has("HeadWidth");
    }

    /// <summary>The divisor of a width nearest to a number of heads, below or above it.</summary>
    private static int Divisor(int width, int heads, int step)
    {
        for (int candidate = Math.Min(heads, width); candidate >= 1 && candidate <= width; candidate += step)
        {
            if (width % candidate == 0)
                return candidate;
        }

        return step < 0 ? 1 : width;
    }

    /// <summary>Only a map of another stage's rows can meet a width that its own stage does not give.</summary>
    private static Finding WidthMismatch(Operation operation, Shape input, int expected, ModelDeclaration model)
    {
        StageDeclaration stage = model.Stages[operation.Origin.Stage], source = model.Stages[input.Rows.Stage];
        PartDeclaration part = stage.Parts[operation.Origin.Part];
        bool said = part.Has("SourceWidth");
        return new Finding(RuleIds.SourceWidthMismatch, new Target(operation.Origin.Stage, operation.Origin.Part, said ? "SourceWidth" : "from"),
            said
                ? $"SourceWidth is {Number(expected)}, but rows of stage '{source.Name}' are {Number(input.Width)} wide; write SourceWidth = {Number(input.Width)}"
                : $"Stage '{stage.Name}' is {Number(expected)} wide, but rows of stage '{source.Name}' are {Number(input.Width)} wide; if that is meant, write SourceWidth = {Number(input.Width)}");
    }

    /// <summary>A table of positions must have a row for each row of the stage, from its offset on.</summary>
    private static Finding? TableMismatch(Operation operation, int rows, ModelDeclaration model)
    {
        StageDeclaration stage = model.Stages[operation.Origin.Stage];
        PartDeclaration part = stage.Parts[operation.Origin.Part];
        int needed = rows + part.Int("Offset");
        return part.Has("Rows") && part.Int("Rows") < needed
            ? new Finding(RuleIds.InvalidSize, new Target(operation.Origin.Stage, operation.Origin.Part, "Rows"),
                $"Rows is {Number(part.Int("Rows"))} in [Positions] of stage '{stage.Name}', but its {Number(rows)} rows need {Number(needed)}{(part.Has("Offset") ? $" with Offset {Number(part.Int("Offset"))}" : "")}; make Rows at least that, or the source shorter")
            : null;
    }

    /// <summary>A shared or tied table must have this stage's vocabulary and width.</summary>
    private static void CheckTables(ModelDeclaration model, List<Finding> findings)
    {
        for (int i = 0; i < model.Stages.Count; i++)
        {
            StageDeclaration stage = model.Stages[i];
            int part = StructureCheck.Find(stage, candidate => candidate.Kind == PartKind.Embedding);
            if (part < 0)
                continue;
            if (stage.Parts[part].Text("Shares") is string shares)
            {
                StageDeclaration other = model.Stages[StructureCheck.StageIndex(model, shares)];
                (int vocabulary, int width) mine = TableOf(stage), theirs = TableOf(other);
                if (mine != theirs)
                    findings.Add(new Finding(RuleIds.SharedTableMismatch, new Target(i, part, "Shares"),
                        $"Stage '{stage.Name}' has a table of {Number(mine.vocabulary)} × {Number(mine.width)}, but the one of stage '{other.Name}' that it shares is {Number(theirs.vocabulary)} × {Number(theirs.width)}; make vocabulary and width equal, or remove Shares"));
            }

            int logits = StructureCheck.Find(stage, candidate => candidate.Kind == PartKind.Logits && candidate.Bool("Tied"));
            PartDeclaration? linear = stage.Parts.LastOrDefault(candidate => candidate.Kind == PartKind.Linear);
            if (logits >= 0 && linear is not null && linear.Int("width") != TableOf(stage).width)
                findings.Add(new Finding(RuleIds.SharedTableMismatch, new Target(i, logits, "Tied"),
                    $"The rows that reach [Logits] are {Number(linear.Int("width"))} wide, but the embedding table of stage '{stage.Name}', to which it is tied, is {Number(TableOf(stage).width)} wide; make them equal, or remove Tied"));
        }
    }

    private static (int vocabulary, int width) TableOf(StageDeclaration stage) => (
        stage.Parts.First(part => part.Kind == PartKind.Embedding).Int("vocabulary"),
        stage.Parts.First(part => part.Kind is PartKind.Encoder or PartKind.Decoder).Int("width"));

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
