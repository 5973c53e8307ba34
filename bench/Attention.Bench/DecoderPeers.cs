namespace Attention.Bench;

/// <summary>ONNX Runtime's ways to make a decoder's step.</summary>
/// <param name="shape">The decoder's sizes.</param>
/// <param name="weights">Its weights.</param>
/// <param name="source">The source's rows.</param>
/// <param name="tokens">What is decoded.</param>
/// <param name="threads">How many threads a step has.</param>
internal sealed class DecoderPeers(DecoderShape shape, IReadOnlyDictionary<string, (int[] Shape, float[] Values)> weights, float[] source, int[] tokens, int threads)
{
    /// <summary>Keys (0) and values (1) by layer, head and row: of the source, and of all tokens but the last, once a step asks for them.</summary>
    private readonly Dictionary<(int Layer, int Which), float[]> _source = [];
    private readonly Dictionary<(int Layer, int Which), float[]> _past = [];

    /// <summary>With weights and rows in float32.</summary>
    public Rival Float(string name, int position, double tolerance) => Of(name, position, OnnxProduct.Float, tolerance);

    /// <summary>With weights of eight bits.</summary>
    public Rival Int8(string name, int position)
    {
        OnnxProduct[] products = [OnnxProduct.DynamicQuantize, OnnxProduct.EightBits];
        return new Rival(name, products.SelectMany(product => Of("", position, product, 0).Candidates), Rival.Int8Tolerance);
    }

    // DecoderMaskedMultiHeadAttention of ONNX Runtime 1.30 takes no past rows for a full cache, and writes behind its end.
    private Rival Of(string name, int position, OnnxProduct product, double tolerance) => new(name, Enum.GetValues<OnnxCache>().Where(cache => position > 1 || cache != OnnxCache.Masked).SelectMany(cache =>
        Candidate.Of($"{product} {cache}", threads, product == OnnxProduct.Float, () => OnnxDecoder.Build(shape, weights, cache, product), session => Bind(session, cache, position - 1))
            .Select(candidate => candidate with { Open = runtime => { Prepare(runtime); return candidate.Open(runtime); } })), tolerance);

    private OnnxPeer Bind(OnnxSession session, OnnxCache cache, int past)
    {
        OnnxBinding binding = session.NewBinding();
        binding.Input<long>(OnnxDecoder.Token, 1, 1)[0] = tokens[past];
        binding.Input<long>(OnnxDecoder.Past, 1, 1)[0] = past;
        if (cache != OnnxCache.Copied)
            binding.Input<int>(OnnxDecoder.PastCount, 1)[0] = past;
        if (cache == OnnxCache.Grouped)
            binding.Input<int>(OnnxDecoder.Total)[0] = past + 1;
        int rows = cache == OnnxCache.Copied ? past : shape.Length;
        foreach ((int layer, int which) in Caches())
        {
            _source[(layer, which)].CopyTo(binding.Input<float>(OnnxDecoder.SourceOf(layer, which), 1, shape.Heads, shape.SourceLength, shape.HeadWidth));
            string name = OnnxDecoder.PastOf(layer, which), present = OnnxDecoder.PresentOf(layer, which);
            Span<float> bound = binding.Input<float>(name, 1, shape.Heads, rows, shape.HeadWidth);
            if (past > 0)
                CopyRows(_past[(layer, which)], bound, past);
            if (cache == OnnxCache.Copied)
                binding.Output<float>(present, 1, shape.Heads, past + 1, shape.HeadWidth);
            else
                binding.Output(present, name);
        }

        binding.Output<float>(OnnxDecoder.Logits, 1, 1, shape.Vocabulary);
        return new OnnxPeer(session, [binding], () => binding.Bound<float>(OnnxDecoder.Logits).ToArray());
    }

    /// <summary>Copies the first rows of each head.</summary>
    private void CopyRows(ReadOnlySpan<float> from, Span<float> to, int rows)
    {
        for (int head = 0; head < shape.Heads; head++)
            from.Slice(from.Length / shape.Heads * head, rows * shape.HeadWidth).CopyTo(to[(to.Length / shape.Heads * head)..]);
    }

    private IEnumerable<(int Layer, int Which)> Caches() => from layer in Enumerable.Range(0, shape.Layers) from which in Enumerable.Range(0, 2) select (layer, which);

    /// <summary>Computes the source's keys and values, and those of all tokens but the last, step after step.</summary>
    private void Prepare(OnnxRuntime runtime)
    {
        if (_source.Count > 0)
            return;
        foreach ((int layer, int which) in Caches())
            _source[(layer, which)] = Projected(layer, which);
        using OnnxSession session = runtime.Open(OnnxDecoder.Build(shape, weights, OnnxCache.Copied, OnnxProduct.Float).Model, 1, Spinning.Off);
        for (int past = 0; past < shape.Length - 1; past++)
        {
            OnnxBinding step = Bind(session, OnnxCache.Copied, past).Bindings[0];
            step.Run();
            foreach ((int layer, int which) in Caches())
                _past[(layer, which)] = step.Bound<float>(OnnxDecoder.PresentOf(layer, which)).ToArray();
        }
    }

    /// <summary>The source's keys or values: <c>[heads, rows, head width]</c>.</summary>
    private float[] Projected(int layer, int which)
    {
        int width = shape.Width, first = (1 + which) * width;
        string name = $"{DecoderShape.Prefix}.layers.{layer}.multihead_attn";
        float[] matrix = weights[$"{name}.in_proj_weight"].Values, bias = weights[$"{name}.in_proj_bias"].Values;
        var result = new float[shape.SourceLength * width];
        for (int row = 0; row < shape.SourceLength; row++)
        {
            for (int channel = 0; channel < width; channel++)
            {
                double sum = bias[first + channel];
                for (int k = 0; k < width; k++)
                    sum += (double)source[(row * width) + k] * matrix[((first + channel) * width) + k];
                result[(((channel / shape.HeadWidth * shape.SourceLength) + row) * shape.HeadWidth) + (channel % shape.HeadWidth)] = (float)sum;
            }
        }

        return result;
    }
}
