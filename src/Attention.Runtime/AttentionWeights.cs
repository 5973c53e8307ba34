namespace Attention.Dsl;

/// <summary>
/// The weights of an attention in its last pass, layer × head × query × key, in the session's memory: valid until the next
/// call of that stage. Each row, made of one query's scores, has the sum 1. Vaswani et al. 2017, section 3.2.1.
/// </summary>
public readonly ref struct AttentionWeights
{
    private readonly ReadOnlySpan<float> _memory;
    private readonly int _headFloats;
    private readonly int _stride;

    /// <summary>Views weights.</summary>
    /// <param name="memory">What begins with the first row.</param>
    /// <param name="layers">How many layers have the attention.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="queries">How many queries.</param>
    /// <param name="keys">How many keys.</param>
    /// <param name="headFloats">The distance of two heads.</param>
    /// <param name="stride">The distance of two rows.</param>
    /// <exception cref="ArgumentException">The memory does not hold so many rows.</exception>
    public AttentionWeights(ReadOnlySpan<float> memory, int layers, int heads, int queries, int keys, int headFloats, int stride)
    {
        if (layers < 0 || heads < 0 || queries < 0 || keys < 0 || keys > stride || (long)queries * stride > headFloats || (long)layers * heads * headFloats > memory.Length)
            throw new ArgumentException($"{layers} × {heads} × {queries} × {keys} weights, rows {stride} and heads {headFloats} apart, do not fit into {memory.Length} floats.", nameof(memory));
        _memory = memory;
        _headFloats = headFloats;
        _stride = stride;
        Layers = layers;
        Heads = heads;
        Queries = queries;
        Keys = keys;
    }

    /// <summary>How many layers have the attention; those that lack it are not counted.</summary>
    public int Layers { get; }

    /// <summary>How many heads.</summary>
    public int Heads { get; }

    /// <summary>How many queries: rows of the stage itself.</summary>
    public int Queries { get; }

    /// <summary>How many keys: rows of the stage attended to, the mixtures that stand for them, or the units of a memory. A causal attention's later keys have weight 0.</summary>
    public int Keys { get; }

    /// <summary>The weights of one query over all keys, <see cref="Keys"/> floats.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer, head or query.</exception>
    public ReadOnlySpan<float> this[int layer, int head, int query]
    {
        get
        {
            if ((uint)layer >= (uint)Layers)
                throw new ArgumentOutOfRangeException(nameof(layer), layer, $"There are layers 0 to {Layers - 1}.");
            if ((uint)head >= (uint)Heads)
                throw new ArgumentOutOfRangeException(nameof(head), head, $"There are heads 0 to {Heads - 1}.");
            if ((uint)query >= (uint)Queries)
                throw new ArgumentOutOfRangeException(nameof(query), query, $"There are queries 0 to {Queries - 1}.");
            return _memory.Slice((((layer * Heads) + head) * _headFloats) + (query * _stride), Keys);
        }
    }

    /// <summary>All weights in a new array, layer × head × query × key.</summary>
    public float[] ToArray()
    {
        var result = new float[Layers * Heads * Queries * Keys];
        for (int row = 0; row < Layers * Heads * Queries; row++)
            this[row / (Heads * Queries), row / Queries % Heads, row % Queries].CopyTo(result.AsSpan(row * Keys));
        return result;
    }
}
