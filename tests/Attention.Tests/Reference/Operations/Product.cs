using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Planning;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(Product product, Inputs inputs)
    {
        T[][] result = [.. inputs[product.Input].Take(product.First ?? int.MaxValue).Select(row => Linear(row, product))];
        if (product.Norm is BatchStatistics statistics)
            result = Normed(result, statistics);
        if (product.Gate is Gating gate)
            result = Gated(result, gate);
        if (product.Residual is int residual)
            result = Sum(inputs[residual], result);
        result = [.. result.Select(row => Each(row.Length, i => Value(row[i], product.Activation, product.Cap)))];
        return product.Kinds.Count > 0 ? Forbidden(result, product.Kinds) : result;
    }

    private T[] Linear(T[] row, Product product) => [.. product.Weights.SelectMany((id, piece) =>
    {
        Parameter weight = Graph.Parameters[id];
        T[] w = product.Level is IntegerLevel level ? Whole(Parameter(id), weight.Columns, level) : Parameter(id);
        T[]? bias = product.Biases[piece] is int b ? Parameter(b) : null;
        return Each(weight.Rows, output =>
        {
            T sum = T.Zero;
            for (int i = 0; i < weight.Columns; i++)
            {
                int at = Place(i, weight.Columns);
                sum += row[at] * w[(output * weight.Columns) + at];
            }

            return bias is null ? sum : sum + bias[output];
        });
    })];
}
