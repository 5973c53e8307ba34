using Attention.Generator;
using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(Pool pool, Inputs inputs)
    {
        T[][] all = inputs[pool.Input];
        return [Each(all[0].Length, i => pool.Kind switch
        {
            PoolingKind.First => all[0][i],
            PoolingKind.Last => all[^1][i],
            PoolingKind.AtRow => all[Math.Min(pool.Row!.Value, all.Length - 1)][i],
            PoolingKind.Max => all.Select(row => row[i]).Aggregate(T.Max),
            PoolingKind.Mean => all.Select(row => row[i]).Aggregate((a, b) => a + b) / T.CreateChecked(all.Length),
            _ => throw new NotSupportedException(pool.Kind.ToString()),
        })];
    }
}
