using Attention.Generator.Graph;

namespace Attention.Generator.Shapes;

/// <summary>What one value is: rows of a stage, or a single vector, and how wide.</summary>
internal readonly record struct Shape(int Stage, bool IsVector, int Width);

/// <summary>Gives every value of a graph its shape, by value id; ids that no operation makes have the default.</summary>
internal static class ShapeInference
{
    public static EquatableArray<Shape> Infer(ModelGraph graph)
    {
        var shapes = new Shape[1 + graph.Stages.SelectMany(stage => stage.Operations).Select(operation => operation.Result).DefaultIfEmpty(-1).Max()];
        foreach (StageGraph stage in graph.Stages)
        {
            foreach (Operation operation in stage.Operations)
                shapes[operation.Result] = ShapeOf(operation, stage, graph, shapes);
        }

        return shapes.ToEquatableArray();
    }

    private static Shape ShapeOf(Operation operation, StageGraph stage, ModelGraph graph, Shape[] shapes) => operation switch
    {
        Embed embed => new Shape(stage.Index, false, graph.Parameters[embed.Table].Columns),
        CutPatches cut => new Shape(stage.Index, false, cut.Grid.PatchFloats),
        TakeFeatures features => new Shape(stage.Index, false, features.Width),
        CopyRows copy => shapes[copy.Input] with { Stage = stage.Index },
        Prepend prepend => shapes[prepend.Input],
        AddTypes types => shapes[types.Input],
        Project { Section: Section.Stem } project => shapes[project.Input] with { Stage = stage.Index, Width = graph.Parameters[project.Weights[0]].Rows },
        Project project => shapes[project.Input] with { Width = project.Weights.Sum(weight => graph.Parameters[weight].Rows) },
        Attend attend => shapes[attend.Query.Value] with { Width = attend.Heads * attend.HeadWidth },
        Pool pool => shapes[pool.Input] with { IsVector = true },
        AddPositions positions => shapes[positions.Input],
        Normalize normalize => shapes[normalize.Input],
        AddBias bias => shapes[bias.Input],
        Activate activate => shapes[activate.Input],
        Add add => shapes[add.Residual],
        L2Normalize normalize => shapes[normalize.Input],
        _ => throw new InvalidOperationException("No shape rule for " + operation.GetType().Name),
    };
}
