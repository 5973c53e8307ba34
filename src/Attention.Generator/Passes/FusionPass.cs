using Attention.Generator.Graph;
using Attention.Generator.Shapes;
using Attention.Generator.Weights;

namespace Attention.Generator.Passes;

/// <summary>
/// Rewrites a graph into what single kernels can do: positions join the embedding; bias, activation and residual sum
/// join the projection before them; projections of the same rows for one attention become one. What is computed stays
/// the same, to the bit.
/// </summary>
internal static class FusionPass
{
    public static NamedGraph Run(NamedGraph named)
    {
        ModelGraph graph = named.Graph with
        {
            Stages = named.Graph.Stages
                .Select(stage => stage with { Operations = FuseProjections(FuseEpilogues(stage)).ToEquatableArray() })
                .ToEquatableArray(),
        };
        return named with { Shaped = named.Shaped with { Graph = graph, Shapes = ShapeInference.Infer(graph) } };
    }

    /// <summary>Folds an operation into the one that makes its input, where nothing else reads that input.</summary>
    private static List<Operation> FuseEpilogues(StageGraph stage)
    {
        Dictionary<int, int> uses = stage.Operations.SelectMany(Operands.Of).Concat([stage.Output, stage.Sequence])
            .GroupBy(value => value).ToDictionary(group => group.Key, group => group.Count());
        var result = new List<Operation>();
        foreach (Operation operation in stage.Operations)
        {
            Operation? before = result.LastOrDefault(candidate => candidate.Result == LastOperand(operation));
            Operation? fused = before is null || uses[before.Result] > 1 ? null : Fuse(before, operation);
            if (fused is null)
            {
                result.Add(operation);
                continue;
            }

            // Nothing between the two reads or makes what they do, so the fused one may stand last.
            result.Remove(before!);
            result.Add(fused);
        }

        return result;
    }

    private static int LastOperand(Operation operation) => Operands.Of(operation).DefaultIfEmpty(-1).Last();

    private static Operation? Fuse(Operation before, Operation operation) => (before, operation) switch
    {
        (Embed { Positions: null } embed, AddPositions positions) =>
            embed with { Result = positions.Result, Positions = positions.Table },
        (Project { Activation: Activation.Identity, Residual: null } project, AddBias bias) when project.Biases[0] is null =>
            project with { Result = bias.Result, Biases = EquatableArray.Of<int?>(bias.Bias) },
        (Project { Activation: Activation.Identity, Residual: null } project, Activate activate) =>
            project with { Result = activate.Result, Activation = activate.Activation },
        (Project { Residual: null } project, Add add) when add.Input == project.Result =>
            project with { Result = add.Result, Residual = add.Residual },
        _ => null,
    };

    /// <summary>Makes one projection of those of an attention's query, key and value that read the same rows.</summary>
    private static List<Operation> FuseProjections(List<Operation> operations)
    {
        foreach (Attend attend in operations.OfType<Attend>().ToArray())
        {
            Project? Of(Slice slice) => operations.OfType<Project>().FirstOrDefault(project => project.Result == slice.Value);
            Project[] projects = [.. new[] { Of(attend.Query), Of(attend.Key), Of(attend.Value) }.OfType<Project>()];
            foreach (IGrouping<int, Project> group in projects.GroupBy(project => project.Input).Where(group => group.Count() > 1))
            {
                Project first = group.First();
                if (group.Any(project => project.Section != first.Section || project.Residual is not null || project.Activation != Activation.Identity))
                    continue;
                Project fused = first with
                {
                    Weights = group.SelectMany(project => project.Weights).ToEquatableArray(),
                    Biases = group.SelectMany(project => project.Biases).ToEquatableArray(),
                };
                operations[operations.IndexOf(first)] = fused;
                var columns = new Dictionary<int, int>();
                int column = 0;
                foreach (Project project in group)
                {
                    columns.Add(project.Result, column);
                    column += attend.Heads * attend.HeadWidth;
                    operations.Remove(project);
                }

                Slice Moved(Slice slice) => columns.TryGetValue(slice.Value, out int offset) ? new Slice(fused.Result, offset) : slice;
                int index = operations.FindIndex(operation => operation is Attend candidate && candidate.Result == attend.Result);
                var current = (Attend)operations[index];
                operations[index] = current with { Query = Moved(current.Query), Key = Moved(current.Key), Value = Moved(current.Value) };
            }
        }

        return operations;
    }
}
