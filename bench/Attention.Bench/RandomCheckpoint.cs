namespace Attention.Bench;

/// <summary>Random weights, scaled as trained ones are, so that no value grows or vanishes.</summary>
internal static class RandomCheckpoint
{
    private const string Encoders = "transformer.encoder";

    public static Stream Of(params (string Name, int[] Shape)[] tensors) => TensorFile.Of(Values(tensors));

    /// <summary>The values of each tensor, the same at every call.</summary>
    public static Dictionary<string, (int[] Shape, float[] Values)> Values(params IEnumerable<(string Name, int[] Shape)> tensors)
    {
        var result = new Dictionary<string, (int[] Shape, float[] Values)>();
        var random = new Random(1);
        foreach ((string name, int[] shape) in tensors)
        {
            var values = new float[shape.Aggregate(1, (product, size) => product * size)];
            bool norm = name.Contains("norm", StringComparison.Ordinal) && name.EndsWith("weight", StringComparison.Ordinal);
            float scale = shape.Length == 1 ? 0.05f : 1.7f / MathF.Sqrt(shape[^1]);
            for (int i = 0; i < values.Length; i++)
                values[i] = (norm ? 1 : 0) + (scale * ((2 * random.NextSingle()) - 1));
            result.Add(name, (shape, values));
        }

        return result;
    }

    /// <summary>The tensors of PyTorch's <c>nn.TransformerEncoder</c>, with an embedding, learned positions and a stem norm.</summary>
    public static IEnumerable<(string Name, int[] Shape)> Encoder(int layers, int width, int hidden, int vocabulary, int length) =>
    [
        ($"{Encoders}.embedding.weight", [vocabulary, width]),
        ($"{Encoders}.positions.weight", [length, width]),
        .. Norm("embedding_norm", width),
        .. Layers(layers, width, hidden),
    ];

    /// <summary>The tensors of its layers alone.</summary>
    public static IEnumerable<(string Name, int[] Shape)> Layers(int layers, int width, int hidden) => Layers(Encoders, ["self_attn"], layers, width, hidden);

    /// <summary>The tensors of <c>nn.TransformerDecoder</c>, with an embedding, learned positions and logits without a bias.</summary>
    public static IEnumerable<(string Name, int[] Shape)> Decoder(int layers, int width, int hidden, int vocabulary, int length)
    {
        const string prefix = "transformer.decoder";
        return
        [
            ($"{prefix}.embedding.weight", [vocabulary, width]),
            ($"{prefix}.positions.weight", [length, width]),
            .. Layers(prefix, ["self_attn", "multihead_attn"], layers, width, hidden),
            ($"{prefix}.logits.weight", [vocabulary, width]),
        ];
    }

    private static IEnumerable<(string Name, int[] Shape)> Layers(string prefix, string[] attentions, int layers, int width, int hidden)
    {
        for (int layer = 0; layer < layers; layer++)
        {
            string name = $"{prefix}.layers.{layer}";
            foreach (string attention in attentions)
            {
                yield return ($"{name}.{attention}.in_proj_weight", [3 * width, width]);
                yield return ($"{name}.{attention}.in_proj_bias", [3 * width]);
                yield return ($"{name}.{attention}.out_proj.weight", [width, width]);
                yield return ($"{name}.{attention}.out_proj.bias", [width]);
            }

            yield return ($"{name}.linear1.weight", [hidden, width]);
            yield return ($"{name}.linear1.bias", [hidden]);
            yield return ($"{name}.linear2.weight", [width, hidden]);
            yield return ($"{name}.linear2.bias", [width]);
            for (int norm = 1; norm <= attentions.Length + 1; norm++)
            {
                yield return ($"{name}.norm{norm}.weight", [width]);
                yield return ($"{name}.norm{norm}.bias", [width]);
            }
        }
    }

    /// <summary>The two tensors of a layer normalisation of the encoder.</summary>
    public static IEnumerable<(string Name, int[] Shape)> Norm(string name, int width) =>
        [($"{Encoders}.{name}.weight", [width]), ($"{Encoders}.{name}.bias", [width])];
}
