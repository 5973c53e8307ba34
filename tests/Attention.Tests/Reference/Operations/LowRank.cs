using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    /// <summary>The mixtures of keys or values.</summary>
    private T[][] Mixed(Attend attend, LowRank low, T[][] rows, int column, int map, int? bias)
    {
        T[] weights = Parameter(map);
        T[]? added = bias is int id ? Parameter(id) : null;
        (int columns, bool isPerHead) = (Graph.Parameters[map].Columns, Graph.Parameters[map].Stacked > 1);
        return [.. Enumerable.Range(0, low.Rank).Select(mixture => Each(attend.KeyValueHeads * attend.HeadWidth, i =>
        {
            int of = (isPerHead ? i / attend.HeadWidth * low.Rank : 0) + mixture;
            return Sum(rows.Length, row => weights[(of * columns) + row] * rows[row][column + i]) + (added is null ? T.Zero : added[i]);
        }))];
    }
}
