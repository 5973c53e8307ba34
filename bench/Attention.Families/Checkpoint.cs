using System.Runtime.InteropServices;
using Attention.Dsl;

namespace Attention.Families;

/// <summary>Writes a family's tensors with random values.</summary>
internal static class Checkpoint
{
    /// <summary>So many values of a tensor are drawn, then they come again: a prime number, so that no two rows of a table begin with the same ones before all have been first.</summary>
    private const int Drawn = 65537;

    public static void Write(Family family, string path)
    {
        var writer = new SafeTensorsWriter();
        foreach (PublishedTensor tensor in family.Tensors)
        {
            string type = tensor.Type ?? family.Type;
            int size = SizeOf(type);
            writer.Add(tensor.Name, type, tensor.Shape, tensor.Count * size, stream =>
            {
                byte[] values = ValuesOf(tensor, type);
                for (long left = tensor.Count * size; left > 0; left -= values.Length)
                    stream.Write(values.AsSpan(0, (int)Math.Min(left, values.Length)));
            });
        }

        writer.Save(path);
    }

    private static int SizeOf(string type) => type switch
    {
        "I64" => 8,
        "F32" => 4,
        "F16" or "BF16" => 2,
        "BOOL" or "U8" => 1,
        _ => throw new InvalidOperationException($"No type {type} is written here."),
    };

    private static byte[] ValuesOf(PublishedTensor tensor, string type)
    {
        var random = new Random((tensor.CopyOf ?? tensor.Name).Aggregate(17, (hash, letter) => (hash * 31) + letter));
        var values = new float[tensor.Value is null ? Drawn : tensor.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = tensor.Value?.Invoke((int)(i / tensor.Shape[^1]), (int)(i % tensor.Shape[^1])) ?? (tensor.Centre + (tensor.Reach * ((2 * random.NextSingle()) - 1)));
        return type switch
        {
            "F32" => MemoryMarshal.AsBytes(values.AsSpan()).ToArray(),
            "F16" => MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (Half)value).AsSpan()).ToArray(),
            "BF16" => MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)).AsSpan()).ToArray(),
            _ => new byte[Drawn * SizeOf(type)],
        };
    }
}
