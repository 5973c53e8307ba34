using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Attention.Bench;

/// <summary>Tensors of floats as a safetensors file.</summary>
internal static class TensorFile
{
    public static MemoryStream Of(IReadOnlyDictionary<string, (int[] Shape, float[] Values)> tensors)
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
        var stream = new MemoryStream(checked((int)(sizeof(long) + json.Length + offset)));
        stream.Write(BitConverter.GetBytes((long)json.Length));
        stream.Write(json);
        foreach ((_, float[] values) in tensors.Values)
            stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        stream.Position = 0;
        return stream;
    }
}
