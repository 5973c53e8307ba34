namespace Pronounce;

/// <summary>How much every query of every head looks at every key.</summary>
/// <param name="Name">Whose attention it is, such as <c>cross-attention</c>.</param>
/// <param name="Queries">A label for each query, at least one.</param>
/// <param name="Keys">A label for each key, at least one.</param>
/// <param name="Layers">How many layers there are.</param>
/// <param name="Heads">How many heads each layer has.</param>
/// <param name="Weights">The weights, finite, dense as [layer][head][query][key]; the weights of a query add up to one.</param>
internal sealed record AttentionMap(string Name, IReadOnlyList<string> Queries, IReadOnlyList<string> Keys, int Layers, int Heads, float[] Weights)
{
    /// <summary>The weights, dense as [layer][head][query][key].</summary>
    /// <exception cref="ArgumentException">There are not layers × heads × queries × keys of them, or one is not finite.</exception>
    public float[] Weights { get; } = Checked(Name, Queries.Count, Keys.Count, Layers, Heads, Weights);

    /// <summary>How many weights a head of a layer has: queries × keys.</summary>
    public int Size => Queries.Count * Keys.Count;

    /// <summary>The weights of one query, a key each.</summary>
    public ReadOnlySpan<float> this[int layer, int head, int query]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(query);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(query, Queries.Count);
            return this[layer, head].Slice(query * Keys.Count, Keys.Count);
        }
    }

    /// <summary>The weights of one head, dense as [query][key].</summary>
    public ReadOnlySpan<float> this[int layer, int head]
    {
        get
        {
            CheckLayer(layer);
            CheckHead(head);
            return Weights.AsSpan((layer * Heads + head) * Size, Size);
        }
    }

    /// <summary>The mean over the heads of one layer, dense as [query][key].</summary>
    public float[] Mean(int layer)
    {
        CheckLayer(layer);
        return Mean(layer * Heads, Heads);
    }

    /// <summary>The mean over all heads of all layers, dense as [query][key].</summary>
    public float[] Mean() => Mean(0, Layers * Heads);

    /// <summary>The weights of a head, the mean over a layer's heads without a head, the mean over everything without a layer.</summary>
    /// <exception cref="ArgumentException">A head is given without a layer.</exception>
    public float[] Select(int? layer, int? head) => (layer, head) switch
    {
        (int one, int of) => this[one, of].ToArray(),
        (int one, null) => Mean(one),
        (null, null) => Mean(),
        _ => throw new ArgumentException("Expected a layer with the head, found none.", nameof(layer)),
    };

    /// <summary>What <see cref="Select"/> selects, in words: <c>cross-attention, layer 3, mean of 4 heads</c>. The words count from one.</summary>
    public string Describe(int? layer, int? head)
    {
        string heads = Heads == 1 ? "1 head" : $"{Heads} heads", layers = Layers == 1 ? "1 layer" : $"{Layers} layers";
        return layer is null
            ? $"{Name}, mean of {layers} and {heads}"
            : head is null ? $"{Name}, layer {layer + 1}, mean of {heads}" : $"{Name}, layer {layer + 1}, head {head + 1}";
    }

    /// <summary>The first of the strongest keys of a query; -1 where all weights are zero.</summary>
    public static int Strongest(ReadOnlySpan<float> row)
    {
        int strongest = -1;
        for (int key = 0; key < row.Length; key++)
        {
            if (row[key] > (strongest < 0 ? 0 : row[strongest]))
                strongest = key;
        }

        return strongest;
    }

    /// <summary>How far along its scale of shades a weight is drawn, 0 to 1: the square root, which tells small weights apart.</summary>
    public static float Shade(float weight) => MathF.Sqrt(Math.Clamp(weight, 0, 1));

    private float[] Mean(int first, int count)
    {
        var mean = new float[Size];
        for (int i = 0; i < mean.Length; i++)
        {
            double sum = 0;
            for (int head = first; head < first + count; head++)
                sum += Weights[head * mean.Length + i];
            mean[i] = (float)(sum / count);
        }

        return mean;
    }

    private void CheckLayer(int layer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(layer, Layers);
    }

    private void CheckHead(int head)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(head);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(head, Heads);
    }

    private static float[] Checked(string name, int queries, int keys, int layers, int heads, float[] weights)
    {
        string shape = $"{layers} layers × {heads} heads × {queries} queries × {keys} keys";
        if (layers < 1 || heads < 1 || queries < 1 || keys < 1)
            throw new ArgumentException($"The map '{name}': expected at least one of each, found {shape}.", nameof(layers));
        if ((Int128)layers * heads * queries * keys is var expected && weights.Length != expected)
            throw new ArgumentException($"The map '{name}': expected {expected} weights ({shape}), found {weights.Length}.", nameof(weights));
        if (Array.FindIndex(weights, weight => !float.IsFinite(weight)) is >= 0 and int at)
            throw new ArgumentException($"The map '{name}': expected finite weights, found {weights[at]} at {at}.", nameof(weights));
        return weights;
    }
}
