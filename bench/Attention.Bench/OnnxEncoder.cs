using Attention.Dsl;

namespace Attention.Bench;

/// <summary>How a graph writes self-attention; which is fastest depends on the sizes, so all are measured.</summary>
internal enum OnnxAttention
{
    /// <summary>One <c>Attention</c> node: projections, scores and sums.</summary>
    Fused,

    /// <summary>Three products, then <c>MultiHeadAttention</c>, which adds their biases: ONNX Runtime's flash attention on a CPU.</summary>
    MultiHead,

    /// <summary>The same after one product, split in three.</summary>
    MultiHeadSplit,
}

/// <summary>The sizes of an encoder and what its weights do not tell.</summary>
internal sealed record EncoderShape(int Layers, int Width, int Heads, int Hidden)
{
    public NormPlacement Norm { get; init; }

    public bool FinalNorm { get; init; }

    public Activation Activation { get; init; } = Activation.Gelu;

    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>What the names of the weights start with.</summary>
    public string Prefix { get; init; } = "transformer.encoder";

    /// <summary>Bytes of the matrices that every row is multiplied by.</summary>
    public long MatrixBytes => sizeof(float) * (long)Layers * Width * ((4 * Width) + (2 * Hidden));

    /// <summary>Products of the projections and of attention at the true length, nothing else.</summary>
    public double Flops(int length) => (2.0 * length * (MatrixBytes / sizeof(float))) + (4.0 * Layers * length * length * Width);
}

/// <summary>
/// An encoder as ONNX Runtime's own optimiser for Transformers would leave it: fused operators. The stem is what the weights
/// have: an embedding or, without one, rows of floats; learned positions; a layer normalisation.
/// </summary>
internal sealed class OnnxEncoder
{
    /// <summary>The input: <c>[1, length]</c> token ids (int64), or <c>[1, length, width]</c> floats without an embedding.</summary>
    public const string Input = "input";

    /// <summary>Of a graph for batches, how many of a sequence's tokens are not padding: <c>[batch]</c> (int32).</summary>
    public const string Lengths = "lengths";

    /// <summary>The output: <c>[batch, length, width]</c> floats.</summary>
    public const string Output = "output";

    private readonly OnnxGraph _graph = new("encoder");
    private readonly EncoderShape _shape;
    private readonly OnnxWeights _weights;
    private readonly OnnxProduct _product;
    private string _mask = "";

    private OnnxEncoder(EncoderShape shape, IReadOnlyDictionary<string, (int[] Shape, float[] Values)> weights, OnnxProduct product = OnnxProduct.Float)
    {
        _product = product;
        _shape = shape;
        _weights = new OnnxWeights(_graph, weights, shape.Prefix);
    }

    /// <summary>The graph for sequences of <paramref name="length"/> rows; the weights are PyTorch's, by PyTorch's names.</summary>
    public static OnnxGraph Build(EncoderShape shape, IReadOnlyDictionary<string, (int[] Shape, float[] Values)> weights, int length, OnnxAttention attention, OnnxProduct product = OnnxProduct.Float)
    {
        var encoder = new OnnxEncoder(shape, weights, product);
        return encoder.Layers(encoder.Stem(length), 1, length, attention);
    }

    /// <summary>
    /// The graph for any number of token sequences of any length, padded where it takes <see cref="Lengths"/>. Its input is
    /// <c>[batch, length]</c> token ids (int32); the weights have all of the stem.
    /// </summary>
    public static OnnxGraph BuildForBatches(EncoderShape shape, IReadOnlyDictionary<string, (int[] Shape, float[] Values)> weights, bool padded, OnnxAttention attention)
    {
        const long batch = -1, length = -2;
        var encoder = new OnnxEncoder(shape, weights);
        OnnxGraph graph = encoder._graph;
        OnnxWeights tensors = encoder._weights;
        string rows = graph.Node(
            OnnxGraph.Microsoft,
            "EmbedLayerNormalization",
            [graph.Input<int>(Input, batch, length), "", tensors.Tensor("embedding.weight"), tensors.Tensor("positions.weight"), "", tensors.Tensor("embedding_norm.weight"), tensors.Tensor("embedding_norm.bias")],
            [true, true],
            ("epsilon", shape.Epsilon))[0];
        if (padded)
            encoder._mask = graph.Input<int>(Lengths, batch);
        return encoder.Layers(rows, batch, length, attention);
    }

    private OnnxGraph Layers(string rows, long batch, long length, OnnxAttention attention)
    {
        rows = _shape.Norm == NormPlacement.Post ? PostNorm(rows, attention) : PreNorm(rows, attention);
        _graph.Output<float>(rows, Output, batch, length, _shape.Width);
        return _graph;
    }

    private string Stem(int length)
    {
        string? table = _weights.Has("embedding.weight") ? _weights.Tensor("embedding.weight") : null;
        string rows = table == null
            ? _graph.Input<float>(Input, 1, length, _shape.Width)
            : _graph.Node("Gather", [table, _graph.Input<long>(Input, 1, length)]);
        bool norm = _weights.Has("embedding_norm.weight");
        if (!_weights.Has("positions.weight"))
            return norm ? Norm("embedding_norm", rows) : rows;
        float[] positions = _weights.Values("positions.weight");
        string places = _graph.Constant<float>("positions", [1, length, _shape.Width], positions.AsSpan(0, length * _shape.Width));
        return norm ? AddNorm("embedding_norm", rows, places, "") : _graph.Node("Add", [rows, places]);
    }

    private string PostNorm(string rows, OnnxAttention attention)
    {
        for (int i = 0; i < _shape.Layers; i++)
        {
            string layer = $"layers.{i}";
            rows = AddNorm($"{layer}.norm1", Attend(layer, rows, attention), rows, _weights.Tensor($"{layer}.self_attn.out_proj.bias"));
            rows = AddNorm($"{layer}.norm2", FeedForward(layer, rows), rows, _weights.Tensor($"{layer}.linear2.bias"));
        }

        return _shape.FinalNorm ? Norm("norm", rows) : rows;
    }

    /// <summary>Each sum is made by the normalisation that reads it first, that of the next sub-layer.</summary>
    private string PreNorm(string sum, OnnxAttention attention)
    {
        string rows = Norm("layers.0.norm1", sum);
        for (int i = 0; i < _shape.Layers; i++)
        {
            string layer = $"layers.{i}";
            (rows, sum) = SumAndNorm($"{layer}.norm2", Attend(layer, rows, attention), sum, _weights.Tensor($"{layer}.self_attn.out_proj.bias"));
            rows = FeedForward(layer, rows);
            string bias = _weights.Tensor($"{layer}.linear2.bias");
            if (i + 1 < _shape.Layers)
                (rows, sum) = SumAndNorm($"layers.{i + 1}.norm1", rows, sum, bias);
            else
                rows = _shape.FinalNorm ? AddNorm("norm", rows, sum, bias) : _graph.Node("Add", [_graph.Node("Add", [rows, bias]), sum]);
        }

        return rows;
    }

    /// <summary>Self-attention and its output projection, whose bias the caller adds.</summary>
    private string Attend(string layer, string rows, OnnxAttention attention)
    {
        string product = $"{layer}.self_attn.in_proj_weight", bias = $"{layer}.self_attn.in_proj_bias";
        int width = _shape.Width;
        if (attention == OnnxAttention.Fused)
        {
            rows = _graph.Fused("Attention", [rows, _weights.Transposed(product), _weights.Tensor(bias), _mask], ("num_heads", _shape.Heads));
        }
        else
        {
            string[] inputs = attention == OnnxAttention.MultiHeadSplit
                ? _graph.Node("", "Split", [_weights.Product(rows, product, product: _product)], [true, true, true], ("axis", 2))
                : [.. Enumerable.Range(0, 3).Select(third => _weights.Product(rows, product, third * width, width, _product))];
            rows = _graph.Fused("MultiHeadAttention", [.. inputs, _weights.Tensor(bias), _mask], ("num_heads", _shape.Heads));
        }

        return _weights.Product(rows, $"{layer}.self_attn.out_proj.weight", product: _product);
    }

    /// <summary>The feed-forward maps, but for the second bias, which the caller adds.</summary>
    private string FeedForward(string layer, string rows)
    {
        string hidden = _weights.Product(rows, $"{layer}.linear1.weight", product: _product), bias = _weights.Tensor($"{layer}.linear1.bias");
        hidden = _shape.Activation switch
        {
            Activation.Gelu => _graph.Fused("BiasGelu", [hidden, bias]),
            Activation.Relu => _graph.Node("Relu", [_graph.Node("Add", [hidden, bias])]),
            _ => throw new NotSupportedException($"{_shape.Activation} is not among the activations measured."),
        };
        return _weights.Product(hidden, $"{layer}.linear2.weight", product: _product);
    }

    private string Norm(string norm, string rows) =>
        _graph.Node("LayerNormalization", [rows, _weights.Tensor($"{norm}.weight"), _weights.Tensor($"{norm}.bias")], ("epsilon", _shape.Epsilon));

    private string AddNorm(string norm, string rows, string residual, string bias) =>
        _graph.Fused("SkipLayerNormalization", [rows, residual, _weights.Tensor($"{norm}.weight"), _weights.Tensor($"{norm}.bias"), bias], ("epsilon", _shape.Epsilon));

    private (string Rows, string Sum) SumAndNorm(string norm, string rows, string residual, string bias)
    {
        // The outputs between are the means and deviations.
        string[] results = _graph.Node(OnnxGraph.Microsoft, "SkipLayerNormalization", [rows, residual, _weights.Tensor($"{norm}.weight"), _weights.Tensor($"{norm}.bias"), bias], [true, false, false, true], ("epsilon", _shape.Epsilon));
        return (results[0], results[3]);
    }
}
