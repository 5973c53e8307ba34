namespace Attention.Generator.Graph;

/// <summary>What one value is: how many rows, and how wide.</summary>
internal readonly record struct Shape(RowCount Rows, int Width)
{
    /// <summary>Whether it is one row a sequence, whatever is given.</summary>
    public bool IsVector => Rows is One;
}

/// <summary>How many rows a value has, as a function of what a call gives its stage.</summary>
/// <param name="Stage">The stage, by its place in the declaration.</param>
internal abstract record RowCount(int Stage)
{
    /// <summary>The most there can be.</summary>
    public abstract int Most { get; }
}

/// <summary>As many as a call gives.</summary>
internal sealed record Given(int Stage, int Length) : RowCount(Stage)
{
    public override int Most => Length;
}

/// <summary>Some more than another count, such as one with a class token.</summary>
internal sealed record Plus(RowCount Of, int More) : RowCount(Of.Stage)
{
    public override int Most => checked(Of.Most + More);
}

/// <summary>One row a sequence.</summary>
internal sealed record One(int Stage) : RowCount(Stage)
{
    public override int Most => 1;
}

/// <summary>So many at the beginning of each sequence, where they stand among all rows: what is about them takes one sequence after the other.</summary>
internal sealed record Leading(RowCount Of, int Count) : RowCount(Of.Stage)
{
    public override int Most => Math.Min(Of.Most, Count);
}

/// <summary>What an operation may know to tell its result's shape.</summary>
internal interface IShapes
{
    /// <summary>The shape of a value made before.</summary>
    Shape this[int value] { get; }

    /// <summary>The rows that a call gives the operation's stage.</summary>
    RowCount Given { get; }

    Parameter ParameterOf(int id);
}

/// <summary>Gives every value of a graph its shape, by value id; ids that no operation makes have the default.</summary>
internal static class ShapeInference
{
    public static EquatableArray<Shape> Infer(ModelGraph graph)
    {
        var shapes = new Shape[1 + graph.Stages.SelectMany(stage => stage.Operations).Select(operation => operation.Result).DefaultIfEmpty(-1).Max()];
        foreach (StageGraph stage in graph.Stages)
        {
            var known = new Known(graph, shapes, new Given(stage.Index, stage.Source.Length));
            foreach (Operation operation in stage.Operations)
                shapes[operation.Result] = operation.ShapeOf(known);
        }

        return shapes.ToEquatableArray();
    }

    private sealed class Known(ModelGraph graph, Shape[] shapes, RowCount given) : IShapes
    {
        public Shape this[int value] => shapes[value];

        public RowCount Given => given;

        public Parameter ParameterOf(int id) => graph.Parameters[id];
    }
}

/// <summary>A graph with the shape of every value, by value id.</summary>
internal sealed record ShapedGraph(ModelGraph Graph, EquatableArray<Shape> Shapes)
{
    public Shape this[int value] => Shapes[value];
}
