using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(DoubleNorm norm, Inputs inputs)
    {
        T[][] weights = DoublyNormed(inputs[norm.Input]);
        _see?.Invoke(norm, [weights]);
        return weights;
    }

    private static T[][] DoublyNormed(T[][] rows)
    {
        int width = rows[0].Length;
        T[] largest = Each(width, i => rows.Aggregate(T.NegativeInfinity, (most, row) => T.Max(most, row[i])));
        T[][] weights = [.. rows.Select(row => Each(width, i => T.Exp(row[i] - largest[i])))];
        T[] sums = Each(width, i => weights.Aggregate(T.Zero, (sum, row) => sum + row[i]));
        T[][] columns = [.. weights.Select(row => Each(width, i => row[i] / sums[i]))];
        return [.. columns.Select(row =>
        {
            T sum = row.Aggregate(T.CreateChecked(DoubleNorm.Epsilon), (a, b) => a + b);
            return Each(width, i => row[i] / sum);
        })];
    }
}
