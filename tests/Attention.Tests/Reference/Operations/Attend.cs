using Attention.Generator.Graph;
using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(Attend attend, Inputs inputs)
    {
        T[][] queries = inputs[attend.Query.Value], keys = inputs[attend.Key.Value], values = inputs[attend.Value.Value];
        IncludedRows? included = attend.Included;
        if (included is not null)
            (keys, values) = ([.. Own(included.Key, attend.Key), .. keys], [.. Own(included.Value, attend.Value), .. values]);

        // Rows of the stage's own, their columns where those of the other stage's stand.
        T[][] Own(Slice own, Slice other) => [.. inputs[own.Value].Select(row => (T[])[.. new T[other.Column], .. row.AsSpan(own.Column, attend.Heads * attend.HeadWidth)])];
        Func<int, int, int, float>? bias = attend.Bias is OwnBias added ? ownBias(added) : attend.Bias is null ? null : throw new NotSupportedException(attend.Bias.ToString());
        T scale = T.CreateChecked(((Dot)attend.Score).Scale);
        Func<int, int, bool>? asked = attend.Mask is OwnPattern pattern ? own(pattern) : null;
        T[][]? bounds = attend.Bounds is int limits && included is null ? inputs[limits] : null;
        bool Sees(int head, int query, int key) => included is not null ? query / included.Block == (key < queries.Length ? key / included.Block : (key - queries.Length) / included.OtherBlock) : (bounds is null || (T.CreateChecked(key) >= bounds[query][0] && T.CreateChecked(key) < bounds[query][1])) && SeesAlways(head, query, key);
        bool SeesAlways(int head, int query, int key) => asked is null ? attend.Mask.Sees(head, query, key) : ((OwnPattern)attend.Mask).Within.Sees(query, key) && asked(query, key);
        var seenWeights = new T[attend.Heads][][];
        for (int head = 0; head < attend.Heads; head++)
            seenWeights[head] = new T[queries.Length][];
        T[][] result = [.. queries.Select((query, p) =>
        {
            var context = new T[attend.Heads * attend.HeadWidth];
            for (int head = 0; head < attend.Heads; head++)
            {
                int[] seen = [.. Enumerable.Range(0, keys.Length).Where(k => Sees(head, p, k))];
                int start = head * attend.HeadWidth;
                T[] scores = Each(seen.Length, k =>
                {
                    T sum = T.Zero;
                    for (int i = 0; i < attend.HeadWidth; i++)
                        sum += query[attend.Query.Column + start + i] * keys[seen[k]][attend.Key.Column + start + i];
                    T score = sum * scale;
                    if (attend.Score.Cap is float cap)
                        score = T.CreateChecked(cap) * T.Tanh(score / T.CreateChecked(cap));
                    return score + T.CreateChecked(bias?.Invoke(head, p, seen[k]) ?? 0);
                });
                if (attend.Weighting is TopK { Keep: int keep })
                {
                    // Of equal scores those of the first keys: the order is stable.
                    int[] best = [.. Enumerable.Range(0, seen.Length).OrderByDescending(k => scores[k]).Take(keep).Order()];
                    (seen, scores) = ([.. best.Select(k => seen[k])], [.. best.Select(k => scores[k])]);
                }

                T largest = scores.Aggregate(T.NegativeInfinity, T.Max);
                T[] weights = Each(seen.Length, k => T.Exp(scores[k] - largest));
                T total = weights.Aggregate(T.Zero, (a, b) => a + b);
                seenWeights[head][p] = new T[keys.Length];
                for (int k = 0; k < seen.Length; k++)
                    seenWeights[head][p][seen[k]] = weights[k] / total;
                for (int i = 0; i < attend.HeadWidth; i++)
                {
                    T sum = T.Zero;
                    for (int k = 0; k < seen.Length; k++)
                        sum += weights[k] / total * values[seen[k]][attend.Value.Column + start + i];
                    context[start + i] = sum;
                }
            }

            return context;
        })];
        _see?.Invoke(attend, seenWeights);
        return result;
    }
}
