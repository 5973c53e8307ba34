using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Attention.Bench;

/// <summary>A safetensors file of random weights, scaled as trained ones are, so that no value grows or vanishes.</summary>
internal static class RandomCheckpoint
{
    private const string Prefix = "transformer.encoder";

    public static Stream Of(params (string Name, int[] Shape)[] tensors) => File(Values(tensors));

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

    /// <summary>The tensors as a safetensors file.</summary>
    public static Stream File(IReadOnlyDictionary<string, (int[] Shape, float[] Values)> tensors)
    {
        var header = new JsonObject();
        long offset = 0;
        foreach ((string name, (int[] shape, float[] values)) in tensors)
        {
            long end = offset + (sizeof(float) * (long)values.Length);
            header[name] = new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = new JsonArray([.. shape.Select(size => JsonValue.Create(size))]),
                ["data_offsets"] = new JsonArray(offset, end),
            };
            offset = end;
        }

        byte[] json = Encoding.UTF8.GetBytes(header.ToJsonString());
        var stream = new MemoryStream();
        stream.Write(BitConverter.GetBytes((long)json.Length));
        stream.Write(json);
        foreach ((_, float[] values) in tensors.Values)
            stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        stream.Position = 0;
        return stream;
    }

    /// <summary>The tensors of PyTorch's <c>nn.TransformerEncoder</c>, with an embedding, learned positions and a stem norm.</summary>
    public static IEnumerable<(string Name, int[] Shape)> Encoder(int layers, int width, int hidden, int vocabulary, int length) =>
    [
        ($"{Prefix}.embedding.weight", [vocabulary, width]),
        ($"{Prefix}.positions.weight", [length, width]),
        .. Norm("embedding_norm", width),
        .. Layers(layers, width, hidden),
    ];

    /// <summary>The tensors of its layers alone.</summary>
    public static IEnumerable<(string Name, int[] Shape)> Layers(int layers, int width, int hidden)
    {
        for (int layer = 0; layer < layers; layer++)
        {
            string name = $"{Prefix}.layers.{layer}";
            yield return ($"{name}.self_attn.in_proj_weight", [3 * width, width]);
            yield return ($"{name}.self_attn.in_proj_bias", [3 * width]);
            yield return ($"{name}.self_attn.out_proj.weight", [width, width]);
            yield return ($"{name}.self_attn.out_proj.bias", [width]);
            yield return ($"{name}.linear1.weight", [hidden, width]);
            yield return ($"{name}.linear1.bias", [hidden]);
            yield return ($"{name}.linear2.weight", [width, hidden]);
            yield return ($"{name}.linear2.bias", [width]);
            foreach (string norm in new[] { "norm1", "norm2" })
            {
                foreach ((string, int[]) tensor in Norm($"layers.{layer}.{norm}", width))
                    yield return tensor;
            }
        }
    }

    /// <summary>The two tensors of a layer normalisation.</summary>
    public static IEnumerable<(string Name, int[] Shape)> Norm(string name, int width) =>
        [($"{Prefix}.{name}.weight", [width]), ($"{Prefix}.{name}.bias", [width])];
}
