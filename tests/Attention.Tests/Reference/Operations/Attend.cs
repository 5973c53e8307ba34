using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(Attend attend, Inputs inputs)
    {
        T[][] queries = inputs[attend.Query.Value], keys = inputs[attend.Key.Value], values = inputs[attend.Value.Value];
        T scale = T.CreateChecked(attend.Scale);
        var seenWeights = new T[attend.Heads][][];
        for (int head = 0; head < attend.Heads; head++)
            seenWeights[head] = new T[queries.Length][];
        T[][] result = [.. queries.Select((query, p) =>
        {
            var context = new T[attend.Heads * attend.HeadWidth];
            int seen = attend.Causal ? p + 1 : keys.Length;
            for (int head = 0; head < attend.Heads; head++)
            {
                int start = head * attend.HeadWidth;
                T[] scores = Each(seen, k =>
                {
                    T sum = T.Zero;
                    for (int i = 0; i < attend.HeadWidth; i++)
                        sum += query[attend.Query.Column + start + i] * keys[k][attend.Key.Column + start + i];
                    return sum * scale;
                });
                T largest = scores.Aggregate(T.Max);
                T[] weights = Each(seen, k => T.Exp(scores[k] - largest));
                T total = weights.Aggregate((a, b) => a + b);
                seenWeights[head][p] = Each(keys.Length, k => k < seen ? weights[k] / total : T.Zero);
                for (int i = 0; i < attend.HeadWidth; i++)
                {
                    T sum = T.Zero;
                    for (int k = 0; k < seen; k++)
                        sum += weights[k] / total * values[k][attend.Value.Column + start + i];
                    context[start + i] = sum;
                }
            }

            return context;
        })];
        _see?.Invoke(attend, seenWeights);
        return result;
    }
}
