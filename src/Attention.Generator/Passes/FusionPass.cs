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

    /// <summary>
    /// Makes one product of those that an operation reads and that read the same rows, such as an attention's query, key and value; what changes some of
    /// them in between does so in the columns of the product.
    /// </summary>
    private static List<Operation> FuseProjections(List<Operation> operations, ShapedGraph shaped)
    {
        foreach (int result in operations.Where(operation => operation is IReadsColumns).Select(operation => operation.Result).ToArray())
        {
            int At(int made) => operations.FindIndex(operation => operation.Result == made);
            var reader = (IReadsColumns)operations[At(result)];

            // The values that are read, by the maps that they come from.
            var roots = new Dictionary<int, int>();
            var changes = new List<int>();
            foreach (Slice column in reader.Columns)
            {
                int value = column.Value;
                for (; operations.Find(operation => operation.Result == value) is IChangesColumns change; value = change.Changed.Value)
                    changes.Add(((Operation)change).Result);
                roots[column.Value] = value;
                foreach (int changed in changes.Where(changed => !roots.ContainsKey(changed)))
                    roots.Add(changed, value);
            }

            Product[] products = [.. roots.Values.Select(root => operations.OfType<Product>().FirstOrDefault(product => product.Result == root)).OfType<Product>().Distinct()];
            foreach (IGrouping<(int, int?), Product> group in products.GroupBy(product => (product.Input, product.First)).Where(group => group.Count() > 1))
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
                int column = 0, last = fused.Result;
                foreach (Product product in group)
                {
                    columns.Add(product.Result, column);
                    column += shaped[product.Result].Width;
                    operations.Remove(product);
                }

                Slice Moved(Slice slice) => columns.TryGetValue(roots.TryGetValue(slice.Value, out int root) ? root : slice.Value, out int offset) ? new Slice(last, offset + slice.Column) : slice;
                foreach (int change in changes.Distinct().Where(change => columns.ContainsKey(roots[change])).OrderBy(At).ToArray())
                {
                    Operation moved = ((IChangesColumns)operations[At(change)]).On(Moved(((IChangesColumns)operations[At(change)]).Changed));
                    if (operations[At(last)].Absorb(moved) is Operation both)
                    {
                        operations.RemoveAt(At(last));
                        moved = both;
                    }

                    operations[At(change)] = moved;
                    last = change;
                }

                operations[At(result)] = ((IReadsColumns)operations[At(result)]).WithColumns(Moved);
            }
        }

        return operations;
    }
}
