using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Weights;

namespace Attention.Generator.Passes;

/// <summary>
/// Rewrites a graph into what single kernels can do: positions join the embedding; bias, activation and residual sum
/// join the product before them; maps of the same rows for one attention or one gated unit become one. What is computed stays
/// the same, to the bit.
/// </summary>
internal static class FusionPass
{
    public static NamedGraph Run(NamedGraph named)
    {
        ModelGraph graph = named.Graph with
        {
            Stages = named.Graph.Stages
                .Select(stage => stage with { Operations = FuseProjections(FuseEpilogues(stage, named.Graph), named.Shaped).ToEquatableArray() })
                .ToEquatableArray(),
        };
        return named with { Shaped = named.Shaped with { Graph = graph, Shapes = ShapeInference.Infer(graph) } };
    }

    /// <summary>Folds an operation into the one that makes the last of its operands, where nothing else reads that value.</summary>
    private static List<Operation> FuseEpilogues(StageGraph stage, ModelGraph graph)
    {
        Dictionary<int, int> uses = graph.Stages.SelectMany(other => other.Operations).SelectMany(operation => operation.Reads).Concat([stage.Output, stage.Sequence])
            .GroupBy(value => value).ToDictionary(group => group.Key, group => group.Count());
        var result = new List<Operation>();
        foreach (Operation operation in stage.Operations)
        {
            int last = operation.Reads.DefaultIfEmpty(-1).Last();
            int at = result.FindLastIndex(candidate => candidate.Result == last);
            if (at < 0 || uses[last] > 1 || result[at].Loop != operation.Loop || result[at].Absorb(operation) is not Operation fused)
            {
                result.Add(operation);
                continue;
            }

            // The fused one stands last, where everything that either reads has been made.
            result.RemoveAt(at);
            result.Add(fused);
        }

        return result;
    }

    /// <summary>Makes one product of those that an operation reads and that read the same rows, such as an attention's query, key and value.</summary>
    private static List<Operation> FuseProjections(List<Operation> operations, ShapedGraph shaped)
    {
        foreach (int result in operations.Where(operation => operation is IReadsColumns).Select(operation => operation.Result).ToArray())
        {
            int At() => operations.FindIndex(operation => operation.Result == result);
            var reader = (IReadsColumns)operations[At()];
            Product[] products = [.. reader.Columns.Select(slice => operations.OfType<Product>().FirstOrDefault(product => product.Result == slice.Value)).OfType<Product>().Distinct()];
            foreach (IGrouping<int, Product> group in products.GroupBy(product => product.Input).Where(group => group.Count() > 1))
            {
                Product first = group.First();
                if (group.Any(product => product.Section != first.Section || product.Loop != first.Loop || product.Residual is not null || product.Norm is not null || product.Activation != Activation.Identity))
                    continue;
                Product fused = first with
                {
                    Weights = group.SelectMany(product => product.Weights).ToEquatableArray(),
                    Biases = group.SelectMany(product => product.Biases).ToEquatableArray(),
                    Called = reader.ColumnsWord,
                };
                operations[operations.IndexOf(first)] = fused;
                var columns = new Dictionary<int, int>();
                int column = 0;
                foreach (Product product in group)
                {
                    columns.Add(product.Result, column);
                    column += shaped[product.Result].Width;
                    operations.Remove(product);
                }

                operations[At()] = ((IReadsColumns)operations[At()]).WithColumns(slice => columns.TryGetValue(slice.Value, out int offset) ? new Slice(fused.Result, offset) : slice);
            }
        }

        return operations;
    }
}
