using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(Attend attend, Inputs inputs)
    {
        T[][] queries = inputs[attend.Query.Value], keys = inputs[attend.Key.Value], values = inputs[attend.Value.Value];
        (int keyColumn, int valueColumn) = (attend.Key.Column, attend.Value.Column);
        if (attend.LowRank is LowRank low)
        {
            keys = Mixed(attend, low, keys, keyColumn, low.Keys, low.KeyBias);
            values = Mixed(attend, low, values, valueColumn, low.Values, low.ValueBias);
            (keyColumn, valueColumn) = (0, 0);
        }

        Func<int, int, int, float>? bias = attend.Bias is OwnBias added ? ownBias(added) : attend.Bias is RepeatedFirst repeated ? (_, query, key) => (float)repeated.Of(query, key, keys.Length) : attend.Bias is null ? null : throw new NotSupportedException(attend.Bias.ToString());
        T scale = T.CreateChecked(((Dot)attend.Score).Scale);
        Func<int, int, bool>? asked = attend.Mask is OwnPattern pattern ? own(pattern) : null;
        Func<int, int, int, bool>? ofLength = attend.Mask is BigBird bird ? bird.In(attend.Layer, keys.Length) : null;
        bool Sees(int head, int query, int key) => ofLength is not null ? ofLength(head, query, key) : asked is null ? attend.Mask.Sees(head, query, key) : ((OwnPattern)attend.Mask).Within.Sees(query, key) && asked(query, key);
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
                        sum += query[attend.Query.Column + start + i] * keys[seen[k]][keyColumn + start + i];
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
                        sum += weights[k] / total * values[seen[k]][valueColumn + start + i];
                    context[start + i] = sum;
                }
            }

            return context;
        })];
        _see?.Invoke(attend, seenWeights);
        return result;
    }
}
