using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(Attend attend, Inputs inputs)
    {
        T[][] queries = inputs[attend.Query.Value], keys = inputs[attend.Key.Value], values = inputs[attend.Value.Value];
        T scale = T.CreateChecked(((Dot)attend.Score).Scale);
        Func<int, int, bool> sees = attend.Mask is OwnPattern pattern ? And(pattern.Within.Sees, own(pattern)) : attend.Mask.Sees;
        var seenWeights = new T[attend.Heads][][];
        for (int head = 0; head < attend.Heads; head++)
            seenWeights[head] = new T[queries.Length][];
        T[][] result = [.. queries.Select((query, p) =>
        {
            var context = new T[attend.Heads * attend.HeadWidth];
            int[] seen = [.. Enumerable.Range(0, keys.Length).Where(k => sees(p, k))];
            for (int head = 0; head < attend.Heads; head++)
            {
                int start = head * attend.HeadWidth;
                T[] scores = Each(seen.Length, k =>
                {
                    T sum = T.Zero;
                    for (int i = 0; i < attend.HeadWidth; i++)
                        sum += query[attend.Query.Column + start + i] * keys[seen[k]][attend.Key.Column + start + i];
                    return sum * scale;
                });
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

    private static Func<int, int, bool> And(Func<int, int, bool> one, Func<int, int, bool> other) => (query, key) => one(query, key) && other(query, key);
}
