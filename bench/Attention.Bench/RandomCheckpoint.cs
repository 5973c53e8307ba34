using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Attention.Bench;

/// <summary>A safetensors file of random weights, scaled as trained ones are, so that no value grows or vanishes.</summary>
internal static class RandomCheckpoint
{
    public static Stream Of(params (string Name, int[] Shape)[] tensors)
    {
        var header = new JsonObject();
        long offset = 0;
        foreach ((string name, int[] shape) in tensors)
        {
            long bytes = sizeof(float) * shape.Aggregate(1L, (product, size) => product * size);
            header[name] = new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = new JsonArray([.. shape.Select(size => JsonValue.Create(size))]),
                ["data_offsets"] = new JsonArray(offset, offset + bytes),
            };
            offset += bytes;
        }

        byte[] json = Encoding.UTF8.GetBytes(header.ToJsonString());
        var stream = new MemoryStream();
        stream.Write(BitConverter.GetBytes((long)json.Length));
        stream.Write(json);
        var random = new Random(1);
        foreach ((string name, int[] shape) in tensors)
        {
            var values = new float[shape.Aggregate(1, (product, size) => product * size)];
            bool norm = name.Contains("norm", StringComparison.Ordinal) && name.EndsWith("weight", StringComparison.Ordinal);
            float scale = shape.Length == 1 ? 0.05f : 1.7f / MathF.Sqrt(shape[^1]);
            for (int i = 0; i < values.Length; i++)
                values[i] = (norm ? 1 : 0) + (scale * ((2 * random.NextSingle()) - 1));
            stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        }

        stream.Position = 0;
        return stream;
    }

    /// <summary>The tensors of PyTorch's <c>nn.TransformerEncoder</c>, with an embedding, learned positions and a stem norm.</summary>
    public static IEnumerable<(string Name, int[] Shape)> Encoder(int layers, int width, int hidden, int vocabulary, int length)
    {
        const string prefix = "transformer.encoder";
        yield return ($"{prefix}.embedding.weight", [vocabulary, width]);
        yield return ($"{prefix}.positions.weight", [length, width]);
        foreach (string end in new[] { "weight", "bias" })
            yield return ($"{prefix}.embedding_norm.{end}", [width]);
        for (int layer = 0; layer < layers; layer++)
        {
            string name = $"{prefix}.layers.{layer}";
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
                yield return ($"{name}.{norm}.weight", [width]);
                yield return ($"{name}.{norm}.bias", [width]);
            }
        }
    }
}
