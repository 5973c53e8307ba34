namespace Attention.Bench;

/// <summary>How a decoder's graph writes the attention of one new row to those before it.</summary>
internal enum OnnxCache
{
    /// <summary><c>MultiHeadAttention</c>: past keys and values in, those and the new ones out.</summary>
    Copied,

    /// <summary><c>DecoderMaskedMultiHeadAttention</c>: the new ones are written behind the past ones, where they lie.</summary>
    Masked,

    /// <summary><c>GroupQueryAttention</c>: the same, with a head of keys and values for each head.</summary>
    Grouped,
}

/// <summary>The sizes of a post-norm decoder with biases in all but its logits, ReLU, and learned positions.</summary>
internal sealed record DecoderShape(int Layers, int Width, int Heads, int Hidden, int Vocabulary, int Length, int SourceLength)
{
    public const string Prefix = "transformer.decoder";

    public int HeadWidth => Width / Heads;

    /// <summary>Bytes of the matrices that a step multiplies by, at <paramref name="bytes"/> an element; keys and values of the source are there.</summary>
    public long StepBytes(int bytes) => bytes * ((Layers * ((6L * Width * Width) + (2L * Width * Hidden))) + ((long)Width * Vocabulary));

    /// <summary>Products of the projections and of attention at <paramref name="position"/> rows.</summary>
    public double StepFlops(int position) => (2.0 * StepBytes(1)) + (4.0 * Layers * Width * (position + SourceLength));
}

/// <summary>
/// One step of a decoder in fused operators, at any position. Keys and values of the source are inputs, computed once for all
/// steps.
/// </summary>
internal sealed class OnnxDecoder
{
    /// <summary>The token's id: <c>[1, 1]</c> (int64).</summary>
    public const string Token = "token";

    /// <summary>How many rows there are before this one: <c>[1, 1]</c> (int64), and <see cref="PastCount"/> the same as int32.</summary>
    public const string Past = "past";

    /// <summary>See <see cref="Past"/>: <c>[1]</c>.</summary>
    public const string PastCount = "past_count";

    /// <summary>How many rows there are with this one: one number (int32).</summary>
    public const string Total = "total";

    /// <summary>The output: <c>[1, 1, vocabulary]</c>.</summary>
    public const string Logits = "output";

    private readonly OnnxGraph _graph = new("decoder");
    private readonly DecoderShape _shape;
    private readonly OnnxWeights _weights;
    private readonly OnnxCache _cache;
    private readonly OnnxProduct _product;

    private OnnxDecoder(DecoderShape shape, IReadOnlyDictionary<string, (int[] Shape, float[] Values)> weights, OnnxCache cache, OnnxProduct product)
    {
        _shape = shape;
        _weights = new OnnxWeights(_graph, weights, DecoderShape.Prefix);
        _cache = cache;
        _product = product;
    }

    /// <summary>The name of the keys (0) or values (1) of a layer: <c>[1, heads, rows, head width]</c>.</summary>
    public static string PastOf(int layer, int which) => $"past.{layer}.{which}";

    /// <summary>The same, with the new row.</summary>
    public static string PresentOf(int layer, int which) => $"present.{layer}.{which}";

    /// <summary>The same of the source.</summary>
    public static string SourceOf(int layer, int which) => $"source.{layer}.{which}";

    public static OnnxGraph Build(DecoderShape shape, IReadOnlyDictionary<string, (int[] Shape, float[] Values)> weights, OnnxCache cache, OnnxProduct product)
    {
        var decoder = new OnnxDecoder(shape, weights, cache, product);
        OnnxGraph graph = decoder._graph;
        string rows = graph.Node("Add",
        [
            graph.Node("Gather", [decoder._weights.Tensor("embedding.weight"), graph.Input<long>(Token, 1, 1)]),
            graph.Node("Gather", [decoder._weights.Tensor("positions.weight"), graph.Input<long>(Past, 1, 1)]),
        ]);
        if (cache != OnnxCache.Copied)
            graph.Input<int>(PastCount, 1);
        if (cache == OnnxCache.Grouped)
            graph.Input<int>(Total);
        for (int i = 0; i < shape.Layers; i++)
        {
            string layer = $"layers.{i}";
            rows = decoder.AddNorm($"{layer}.norm1", decoder.AttendSelf(i, rows), rows, $"{layer}.self_attn.out_proj.bias");
            rows = decoder.AddNorm($"{layer}.norm2", decoder.AttendSource(i, rows), rows, $"{layer}.multihead_attn.out_proj.bias");
            string hidden = graph.Node("Relu", [graph.Node("Add", [decoder.Product(rows, $"{layer}.linear1.weight"), decoder._weights.Tensor($"{layer}.linear1.bias")])]);
            rows = decoder.AddNorm($"{layer}.norm3", decoder.Product(hidden, $"{layer}.linear2.weight"), rows, $"{layer}.linear2.bias");
        }

        graph.Output<float>(decoder.Product(rows, "logits.weight"), Logits, 1, 1, shape.Vocabulary);
        return graph;
    }

    /// <summary>Attention to the rows so far and its output projection, whose bias the caller adds.</summary>
    private string AttendSelf(int i, string rows)
    {
        // Only a cache that is copied has exactly the rows there are; its length is known when the graph runs.
        long past = _cache == OnnxCache.Copied ? -1 : _shape.Length, present = _cache == OnnxCache.Copied ? -2 : _shape.Length;
        string name = $"layers.{i}.self_attn", bias = _weights.Tensor($"{name}.in_proj_bias");
        string all = Product(rows, $"{name}.in_proj_weight");
        string[] caches = [.. Enumerable.Range(0, 2).Select(which => _graph.Input<float>(PastOf(i, which), 1, _shape.Heads, past, _shape.HeadWidth))];
        string[] Split() => _graph.Node("", "Split", [all], [true, true, true], ("axis", 2));
        (string Name, object Value) heads = ("num_heads", _shape.Heads);
        string[] results = _cache switch
        {
            OnnxCache.Copied => _graph.Node(OnnxGraph.Microsoft, "MultiHeadAttention", [.. Split(), bias, "", "", .. caches], [true, true, true], heads),
            OnnxCache.Masked => _graph.Node(
                OnnxGraph.Microsoft, "DecoderMaskedMultiHeadAttention", [.. Split(), "", "", .. caches, PastCount, "", "", bias], [true, true, true], heads, ("past_present_share_buffer", 1)),
            _ => _graph.Node(
                OnnxGraph.Microsoft, "GroupQueryAttention", [_graph.Node("Add", [all, bias]), "", "", .. caches, PastCount, Total], [true, true, true], heads, ("kv_num_heads", _shape.Heads)),
        };
        for (int which = 0; which < 2; which++)
            _graph.Output<float>(results[1 + which], PresentOf(i, which), 1, _shape.Heads, present, _shape.HeadWidth);
        return Product(results[0], $"{name}.out_proj.weight");
    }

    /// <summary>Attention to the source and its output projection, whose bias the caller adds.</summary>
    private string AttendSource(int i, string rows)
    {
        string name = $"layers.{i}.multihead_attn";
        string query = _graph.Node("Add", [Product(rows, $"{name}.in_proj_weight", _shape.Width), _weights.Slice($"{name}.in_proj_bias", 0, _shape.Width)]);
        string[] source = [.. Enumerable.Range(0, 2).Select(which => _graph.Input<float>(SourceOf(i, which), 1, _shape.Heads, _shape.SourceLength, _shape.HeadWidth))];
        string operation = _cache == OnnxCache.Masked ? "DecoderMaskedMultiHeadAttention" : "MultiHeadAttention";
        return Product(_graph.Fused(operation, [query, .. source], ("num_heads", _shape.Heads)), $"{name}.out_proj.weight");
    }

    private string Product(string rows, string weight, int count = 0) => _weights.Product(rows, weight, 0, count, _product);

    private string AddNorm(string norm, string rows, string residual, string bias) => _graph.Fused(
        "SkipLayerNormalization", [rows, residual, _weights.Tensor($"{norm}.weight"), _weights.Tensor($"{norm}.bias"), _weights.Tensor(bias)], ("epsilon", 1e-5f));
}
