using Attention.Generator;
using Attention.Generator.Graph;
using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    /// <summary>What relative positions add to the scaled score of a head, a query and a key, as DeBERTa's authors gather it.</summary>
    private Func<int, int, int, T> BiasOf(Attend attend, Disentangled bias, T[][] queries, T[][] keys)
    {
        RelativePositions positions = attend.Positions!;
        T[] table = Parameter(positions.Table);
        int width = Graph.Parameters[positions.Table].Columns, span = Graph.Parameters[positions.Table].Rows / 2;
        T[][] rows = [.. table.Chunk(width)];
        if (positions.Norm is int norm)
            rows = [.. rows.Select(row => Normed(row, Parameter(norm), positions.NormBias is int added ? Parameter(added) : null, T.CreateChecked(positions.Epsilon)))];
        T[][]? positionKeys = positions.Keys is LinearMap key ? Mapped(rows, key) : null, positionQueries = positions.Queries is LinearMap query ? Mapped(rows, query) : null;
        T scale = T.CreateChecked(attend.Score.Scale);
        return (head, i, j) =>
        {
            T sum = T.Zero;
            for (int channel = head * attend.HeadWidth; channel < (head + 1) * attend.HeadWidth; channel++)
            {
                if (positionKeys is not null)
                    sum += queries[i][attend.Query.Column + channel] * positionKeys[Math.Clamp(Bucket(i - j, span, bias.Largest) + span, 0, (2 * span) - 1)][channel];
                if (positionQueries is not null)
                    sum += keys[j][attend.Key.Column + channel] * positionQueries[Math.Clamp(span - Bucket(j - i, span, bias.Largest), 0, (2 * span) - 1)][channel];
            }

            return sum * scale;
        };
    }

    /// <summary>By the weights as they are stored, whatever format products have them in.</summary>
    private T[][] Mapped(T[][] rows, LinearMap map)
    {
        T[][] weight = [.. Stored(Graph.Parameters[map.Weight], Exact ?? checkpoint).Chunk(rows[0].Length)];
        T[]? bias = map.Bias is int id ? Parameter(id) : null;
        return [.. rows.Select(row => Each(weight.Length, output => weight[output].Zip(row, (a, b) => a * b).Aggregate((a, b) => a + b) + (bias is null ? T.Zero : bias[output])))];
    }

    private static T[] Normed(T[] row, T[] weight, T[]? bias, T epsilon)
    {
        T count = T.CreateChecked(row.Length), mean = row.Aggregate((a, b) => a + b) / count;
        T variance = row.Select(x => (x - mean) * (x - mean)).Aggregate((a, b) => a + b) / count;
        return Each(row.Length, i => ((row[i] - mean) / T.Sqrt(variance + epsilon) * weight[i]) + (bias is null ? T.Zero : bias[i]));
    }

    /// <summary>The bucket of a distance, of so many on each side.</summary>
    private static int Bucket(int distance, int buckets, int? largest)
    {
        int exact = buckets / 2;
        if (largest is null || Math.Abs(distance) <= exact)
            return distance;
        double share = Math.Log(Math.Abs(distance) / (double)exact) / Math.Log((largest.Value - 1) / (double)exact);
        return Math.Sign(distance) * ((int)Math.Ceiling(Math.Round(share * (exact - 1), 5)) + exact);
    }
}
