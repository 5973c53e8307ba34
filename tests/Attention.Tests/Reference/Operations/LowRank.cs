using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    /// <summary>The mixtures of keys or values, those of a head that several heads of queries share once for each of them.</summary>
    private T[][] Mixed(Attend attend, LowRank low, T[][] rows, int column, int map, int? bias)
    {
        T[] weights = Parameter(map);
        T[]? added = bias is int id ? Parameter(id) : null;
        (int columns, bool isPerHead, int shared) = (Graph.Parameters[map].Columns, Graph.Parameters[map].Stacked > 1, attend.Heads / low.Heads);
        return [.. Enumerable.Range(0, low.Rank).Select(mixture => Each(attend.Heads * attend.HeadWidth, i =>
        {
            int head = i / attend.HeadWidth / shared, channel = (head * attend.HeadWidth) + (i % attend.HeadWidth), of = (isPerHead ? head * low.Rank : 0) + mixture;
            return Sum(rows.Length, row => weights[(of * columns) + row] * rows[row][column + channel]) + (added is null ? T.Zero : added[channel]);
        }))];
    }
}
