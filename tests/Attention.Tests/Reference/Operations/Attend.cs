using Attention.Generator.Graph;
using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(Attend attend, Inputs inputs)
    {
        T[][] queries = inputs[attend.Query.Value], keys = inputs.All(attend.Key.Value), values = inputs.All(attend.Value.Value);
        (int keyColumn, int valueColumn) = (attend.Key.Column, attend.Value.Column);
        if (attend.LowRank is LowRank low)
        {
            keys = Mixed(attend, low, keys, keyColumn, low.Keys, low.KeyBias);
            values = Mixed(attend, low, values, valueColumn, low.Values, low.ValueBias);
            (keyColumn, valueColumn) = (0, 0);
        }

        IncludedRows? included = attend.Included;
        if (included is not null)
            (keys, values) = ([.. Own(included.Key, attend.Key), .. keys], [.. Own(included.Value, attend.Value), .. values]);

        // Rows of the stage's own, their columns where those of the other stage's stand.
        T[][] Own(Slice own, Slice other) => [.. inputs[own.Value].Select(row => (T[])[.. new T[other.Column], .. row.AsSpan(own.Column, attend.KeyValueHeads * attend.HeadWidth)])];
        if (attend.IsWhole && keys.Length > 256)
        {
            queries = [.. queries.Select(row => InSignedNumbers(row, attend.Query.Column, attend.Heads, attend.HeadWidth))];
            keys = [.. keys.Select(row => InSignedNumbers(row, keyColumn, attend.KeyValueHeads, attend.HeadWidth))];
        }

        Func<int, int, int, T> bias = attend.Bias is Disentangled positions ? BiasOf(attend, positions, queries, keys) : BiasOf(attend, keys.Length);
        T scale = T.CreateChecked(attend.Score.Scale);
        T[]? vector = attend.ScoreVector is int trained ? Parameter(trained) : null;
        Func<int, int, bool>? asked = attend.Mask is OwnPattern pattern ? own(pattern) : null;
        Func<int, int, int, int>? ofLength = attend.Mask is BigBird bird ? TimesOf(bird, attend, keys.Length) : null;
        T[][]? bounds = attend.Bounds is int limits && included is null ? inputs[limits] : null;
        bool Sees(int head, int query, int key) => included is not null ? query / included.Block == (key < queries.Length ? key / included.Block : (key - queries.Length) / included.OtherBlock) : (bounds is null || (T.CreateChecked(key) >= bounds[query][0] && T.CreateChecked(key) < bounds[query][1])) && SeesAlways(head, query, key);
        bool SeesAlways(int head, int query, int key) => ofLength is not null ? ofLength(head, query, key) > 0 : asked is null ? attend.Mask.Sees(head, query, key) : ((OwnPattern)attend.Mask).Within.Sees(query, key) && asked(query, key);
        var seenWeights = new T[attend.Heads][][];
        for (int head = 0; head < attend.Heads; head++)
            seenWeights[head] = new T[queries.Length][];
        T[][] result = [.. queries.Select((query, index) =>
        {
            int p = (inputs.Row ?? 0) + index;
            (T[][] seenKeys, T[][] seenValues, int queryAt, int keyAt, int valueAt) = (keys, values, attend.Query.Column, keyColumn, valueColumn);
            GlobalRows? global = p < attend.Global?.Count ? attend.Global : null;
            if (global is not null)
                (query, seenKeys, seenValues, queryAt, keyAt, valueAt) = (inputs[global.Query.Value][index], inputs[global.Key.Value], inputs[global.Value.Value], global.Query.Column, global.Key.Column, global.Value.Column);
            var context = new T[attend.Heads * attend.ValueWidth];
            for (int head = 0; head < attend.Heads; head++)
            {
                int[] seen = [.. Enumerable.Range(0, keys.Length).Where(k => global is not null || Sees(head, p, k))];
                int group = head / (attend.Heads / attend.KeyValueHeads), start = head * attend.HeadWidth, shared = group * attend.HeadWidth, first = head * attend.ValueWidth;
                T[] scores = Each(seen.Length, k =>
                {
                    T sum = T.Zero;
                    for (int term = 0; term < attend.HeadWidth; term++)
                    {
                        int i = Place(term, attend.HeadWidth);
                        T one = query[queryAt + start + i], other = seenKeys[seen[k]][keyAt + shared + i];
                        sum += attend.Score is Additive additive ? vector![i] * Value(one + other, additive.Activation) : one * other;
                    }

                    T score = sum * scale;
                    if (attend.Score.Cap is float cap)
                        score = T.CreateChecked(cap) * T.Tanh(score / T.CreateChecked(cap));
                    return score + bias(head, p, seen[k]);
                });
                if (attend.Weighting is TopK { Keep: int keep })
                {
                    // Of equal scores those of the first keys: the order is stable.
                    int[] ordered = [.. Enumerable.Range(0, seen.Length).OrderByDescending(k => scores[k])], best = [.. ordered.Take(keep).Order()];
                    if (keep < ordered.Length)
                        Decide(scores[ordered[keep - 1]], scores[ordered[keep]]);
                    (seen, scores) = ([.. best.Select(k => seen[k])], [.. best.Select(k => scores[k])]);
                }

                T behind = attend.Weighting.ReadsQuery ? query[queryAt + attend.HeadWidth] : T.Zero;
                if (attend.Weighting is Nearby { Width: int width })
                {
                    foreach (int k in seen)
                        Decide(T.Abs(T.CreateChecked(k) - behind), T.CreateChecked(width));
                    int[] near = [.. Enumerable.Range(0, seen.Length).Where(k => T.Abs(T.CreateChecked(seen[k]) - behind) <= T.CreateChecked(width))];
                    (seen, scores) = ([.. near.Select(k => seen[k])], [.. near.Select(k => scores[k])]);
                }

                T sink = attend.Sinks is int sinks ? Parameter(sinks)[head] : T.NegativeInfinity;
                T largest = scores.Aggregate(sink, T.Max);
                T[] weights = Each(seen.Length, k => T.Exp(scores[k] - largest));
                T total = weights.Aggregate(attend.Sinks is null ? T.Zero : T.Exp(sink - largest), (a, b) => a + b);
                if (attend.Weighting is Sampled)
                {
                    T bound = behind * total, passed = T.Zero;
                    int chosen = 0;
                    for (; chosen < seen.Length - 1; chosen++)
                    {
                        passed += weights[chosen];
                        Decide(passed / total, behind);
                        if (passed > bound)
                            break;
                    }

                    weights = Each(seen.Length, k => k == chosen ? T.One : T.Zero);
                    total = T.One;
                }

                if (attend.Weighting is Nearby { HasCurve: true, Width: int wide })
                {
                    T variance = T.CreateChecked(wide * wide / 2.0);
                    weights = Each(seen.Length, k => weights[k] * T.Exp(-(T.CreateChecked(seen[k]) - behind) * (T.CreateChecked(seen[k]) - behind) / variance));
                }

                seenWeights[head][index] = new T[keys.Length];
                for (int k = 0; k < seen.Length; k++)
                    seenWeights[head][index][seen[k]] = weights[k] / total;
                for (int i = 0; i < attend.ValueWidth; i++)
                {
                    T sum = T.Zero;
                    for (int term = 0; term < seen.Length; term++)
                    {
                        int k = Place(term, seen.Length);
                        sum += weights[k] / total * seenValues[seen[k]][valueAt + (group * attend.ValueWidth) + i];
                    }

                    context[first + i] = sum;
                }
            }

            return context;
        })];
        _see?.Invoke(attend, seenWeights);
        return result;
    }

    /// <summary>A row with what is left of its heads: whole numbers from −2047 to 2047 of a scale for each.</summary>
    private static T[] InSignedNumbers(T[] row, int column, int heads, int width)
    {
        T[] left = [.. row];
        for (int first = column; first < column + (heads * width); first += width)
        {
            T scale = row.Skip(first).Take(width).Select(T.Abs).Max()! / T.CreateChecked(2047);
            for (int i = first; i < first + width && scale != T.Zero; i++)
                left[i] = T.Round(row[i] / scale) * scale;
        }

        return left;
    }

    /// <summary>What is added to the score of a head, a query and a key.</summary>
    private Func<int, int, int, T> BiasOf(Attend attend, int keys)
    {
        switch (attend.Bias)
        {
            case null:
                return (_, _, _) => T.Zero;
            case OwnBias own:
                Func<int, int, int, float> method = ownBias(own);
                return (head, query, key) => T.CreateChecked(method(head, query, key));
            case RepeatedBlocks repeated:
                Func<int, int, int, int> times = TimesOf(repeated.Blocks, attend, keys);
                return (head, query, key) => T.CreateChecked((float)Math.Log(times(head, query, key)));
            case Alibi alibi:
                double[] slopes = [.. Slopes(alibi.Heads)];
                return (head, query, key) => T.CreateChecked(-slopes[head] * Math.Abs(query - key));
            case RelativeBias relative:
                T[] table = Parameter(attend.BiasTable!.Value);
                return (head, query, key) => table[(Bucket(key - query, relative) * relative.Heads) + head];
            default:
                throw new NotSupportedException(attend.Bias.ToString());
        }
    }

    /// <summary>How often each key counts.</summary>
    private Func<int, int, int, int> TimesOf(BigBird bird, Attend attend, int keys) => bird.Times(attend.LayerOfAll, keys, bird.Own is null ? null : ownBlocks(bird.Own));

    /// <summary>ALiBi's slopes: a geometric row of a power of two of heads, and of twice as many each second one besides.</summary>
    private static IEnumerable<double> Slopes(int heads)
    {
        int power = 1;
        while (2 * power <= heads)
            power *= 2;
        double ratio = Math.Pow(2, -8.0 / power), between = Math.Sqrt(ratio);
        return Enumerable.Range(1, power).Select(i => Math.Pow(ratio, i)).Concat(Enumerable.Range(0, heads - power).Select(i => Math.Pow(between, (2 * i) + 1)));
    }

    /// <summary>T5's bucket of where a key stands from a query.</summary>
    private static int Bucket(int relative, RelativeBias bias)
    {
        int buckets = bias.Buckets, bucket = 0;
        if (bias.IsCausal)
        {
            relative = -Math.Min(relative, 0);
        }
        else
        {
            buckets /= 2;
            bucket = relative > 0 ? buckets : 0;
            relative = Math.Abs(relative);
        }

        int exact = buckets / 2;
        return bucket + (relative < exact ? relative : Math.Min(buckets - 1, exact + (int)(MathF.Log(relative / (float)exact) / (float)Math.Log((double)bias.Largest / exact) * (buckets - exact))));
    }
}
