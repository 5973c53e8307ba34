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
}

/// <summary>
/// An encoder as ONNX Runtime's own optimiser for Transformers would leave it: fused operators, fixed shapes. The stem is
/// what the weights have: an embedding or, without one, rows of floats; learned positions; a layer normalisation.
/// </summary>
internal sealed class OnnxEncoder
{
    /// <summary>The input: <c>[1, length]</c> token ids (int64), or <c>[1, length, width]</c> floats without an embedding.</summary>
    public const string Input = "input";

    /// <summary>The output: <c>[1, length, width]</c> floats.</summary>
    public const string Output = "output";

    private readonly OnnxGraph _graph = new("encoder");
    private readonly EncoderShape _shape;
    private readonly IReadOnlyDictionary<string, (int[] Shape, float[] Values)> _weights;

    private OnnxEncoder(EncoderShape shape, IReadOnlyDictionary<string, (int[] Shape, float[] Values)> weights)
    {
        _shape = shape;
        _weights = weights;
    }

    /// <summary>The graph for sequences of <paramref name="length"/> rows; the weights are PyTorch's, by PyTorch's names.</summary>
    public static OnnxGraph Build(EncoderShape shape, IReadOnlyDictionary<string, (int[] Shape, float[] Values)> weights, int length, OnnxAttention attention)
    {
        var encoder = new OnnxEncoder(shape, weights);
        string rows = encoder.Stem(length);
        rows = shape.Norm == NormPlacement.Post ? encoder.PostNorm(rows, attention) : encoder.PreNorm(rows, attention);
        encoder._graph.Output<float>(rows, Output, 1, length, shape.Width);
        return encoder._graph;
    }

    private string Stem(int length)
    {
        string? table = Has("embedding.weight") ? Weight("embedding.weight") : null;
        string rows = table == null
            ? _graph.Input<float>(Input, 1, length, _shape.Width)
            : _graph.Node("Gather", [table, _graph.Input<long>(Input, 1, length)]);
        bool norm = Has("embedding_norm.weight");
        if (!Has("positions.weight"))
            return norm ? Norm("embedding_norm", rows) : rows;
        float[] positions = _weights[Full("positions.weight")].Values;
        string places = _graph.Constant<float>("positions", [1, length, _shape.Width], positions.AsSpan(0, length * _shape.Width));
        return norm ? AddNorm("embedding_norm", rows, places, "") : _graph.Node("Add", [rows, places]);
    }

    private string PostNorm(string rows, OnnxAttention attention)
    {
        for (int i = 0; i < _shape.Layers; i++)
        {
            string layer = $"layers.{i}";
            rows = AddNorm($"{layer}.norm1", Attend(layer, rows, attention), rows, Weight($"{layer}.self_attn.out_proj.bias"));
            rows = AddNorm($"{layer}.norm2", FeedForward(layer, rows), rows, Weight($"{layer}.linear2.bias"));
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
            (rows, sum) = SumAndNorm($"{layer}.norm2", Attend(layer, rows, attention), sum, Weight($"{layer}.self_attn.out_proj.bias"));
            rows = FeedForward(layer, rows);
            string bias = Weight($"{layer}.linear2.bias");
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
            rows = _graph.Fused("Attention", [rows, Transposed(product), Weight(bias)], ("num_heads", _shape.Heads));
        }
        else
        {
            string[] inputs = attention == OnnxAttention.MultiHeadSplit
                ? _graph.Node("", "Split", [_graph.Node("MatMul", [rows, Transposed(product)])], [true, true, true], ("axis", 2))
                : [.. Enumerable.Range(0, 3).Select(third => _graph.Node("MatMul", [rows, Transposed(product, third * width, width)]))];
            rows = _graph.Fused("MultiHeadAttention", [.. inputs, Weight(bias)], ("num_heads", _shape.Heads));
        }

        return _graph.Node("MatMul", [rows, Transposed($"{layer}.self_attn.out_proj.weight")]);
    }

    /// <summary>The feed-forward maps, but for the second bias, which the caller adds.</summary>
    private string FeedForward(string layer, string rows)
    {
        string hidden = _graph.Node("MatMul", [rows, Transposed($"{layer}.linear1.weight")]), bias = Weight($"{layer}.linear1.bias");
        hidden = _shape.Activation switch
        {
            Activation.Gelu => _graph.Fused("BiasGelu", [hidden, bias]),
            Activation.Relu => _graph.Node("Relu", [_graph.Node("Add", [hidden, bias])]),
            _ => throw new NotSupportedException($"{_shape.Activation} is not among the activations measured."),
        };
        return _graph.Node("MatMul", [hidden, Transposed($"{layer}.linear2.weight")]);
    }

    private string Norm(string norm, string rows) =>
        _graph.Node("LayerNormalization", [rows, Weight($"{norm}.weight"), Weight($"{norm}.bias")], ("epsilon", _shape.Epsilon));

    private string AddNorm(string norm, string rows, string residual, string bias) =>
        _graph.Fused("SkipLayerNormalization", [rows, residual, Weight($"{norm}.weight"), Weight($"{norm}.bias"), bias], ("epsilon", _shape.Epsilon));

    private (string Rows, string Sum) SumAndNorm(string norm, string rows, string residual, string bias)
    {
        // The outputs between are the means and deviations.
        string[] results = _graph.Node(OnnxGraph.Microsoft, "SkipLayerNormalization", [rows, residual, Weight($"{norm}.weight"), Weight($"{norm}.bias"), bias], [true, false, false, true], ("epsilon", _shape.Epsilon));
        return (results[0], results[3]);
    }

    private string Full(string name) => $"{_shape.Prefix}.{name}";

    private bool Has(string name) => _weights.ContainsKey(Full(name));

    private string Weight(string name)
    {
        (int[] shape, float[] values) = _weights[Full(name)];
        return _graph.Constant<float>(name, shape, values);
    }

    /// <summary>The matrix [in, out] of PyTorch's [out, in], or of <paramref name="count"/> of its rows.</summary>
    private string Transposed(string name, int first = 0, int count = 0)
    {
        (int[] shape, float[] values) = _weights[Full(name)];
        int columns = shape[1], rows = count == 0 ? shape[0] : count;
        var transposed = new float[rows * columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                transposed[(column * rows) + row] = values[((first + row) * columns) + column];
        }

        return _graph.Constant<float>($"{name}.{first}", [columns, rows], transposed);
    }
}
