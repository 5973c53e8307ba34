using Attention.Dsl;

namespace Attention.Bench;

/// <summary>Tensors of floats as a safetensors file.</summary>
internal static class TensorFile
{
    public static MemoryStream Of(IReadOnlyDictionary<string, (int[] Shape, float[] Values)> tensors)
    {
        var writer = new SafeTensorsWriter();
        foreach ((string name, (int[] shape, float[] values)) in tensors)
            writer.Add(name, [.. shape.Select(size => (long)size)], values);
        var stream = new MemoryStream();
        writer.Write(stream);
        stream.Position = 0;
        return stream;
    }
}
