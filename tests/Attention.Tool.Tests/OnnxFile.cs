using System.Text;

namespace Attention.Tool.Tests;

/// <summary>Writes the little of an ONNX model that tests need; fields are numbered as in onnx.proto.</summary>
internal sealed class OnnxFile
{
    private readonly List<byte[]> _graph = [];

    /// <summary>Adds an initialiser of floats that count up from 0, or of whole numbers.</summary>
    public OnnxFile Tensor(string name, long[] shape, long[]? ints = null)
    {
        int count = (int)shape.Aggregate(1L, (product, size) => product * size);
        byte[] data = ints is null ? [.. Enumerable.Range(0, count).SelectMany(value => BitConverter.GetBytes((float)value))] : [.. ints.SelectMany(BitConverter.GetBytes)];
        _graph.Add(Field(5, [.. shape.SelectMany(size => Number(1, size)), .. Number(2, ints is null ? 1 : 7), .. Field(8, name), .. Field(9, data)]));
        return this;
    }

    /// <summary>Adds an initialiser of one float.</summary>
    public OnnxFile One(string name, float value)
    {
        _graph.Add(Field(5, [.. Number(2, 1), .. Field(8, name), .. Field(9, BitConverter.GetBytes(value))]));
        return this;
    }

    /// <summary>Adds an initialiser of floats whose data lies in a file.</summary>
    public OnnxFile External(string name, long[] shape, string location, string offset)
    {
        static byte[] Entry(string key, string value) => Field(13, [.. Field(1, key), .. Field(2, value)]);
        _graph.Add(Field(5, [.. shape.SelectMany(size => Number(1, size)), .. Number(2, 1), .. Field(8, name), .. Entry("location", location), .. Entry("offset", offset), .. Number(14, 1)]));
        return this;
    }

    public OnnxFile Node(string type, string name, string[] inputs, string output, string domain = "", byte[]? attribute = null)
    {
        _graph.Add(Field(1, [.. inputs.SelectMany(input => Field(1, input)), .. Field(2, output), .. Field(3, name), .. Field(4, type), .. attribute is null ? [] : Field(5, attribute), .. Field(7, domain)]));
        return this;
    }

    public static byte[] Float(string name, float value) => [.. Field(1, name), .. Varint((2 << 3) | 5), .. BitConverter.GetBytes(value)];

    public static byte[] Int(string name, long value) => [.. Field(1, name), .. Number(3, value)];

    public string Save(string path)
    {
        File.WriteAllBytes(path, [.. Number(1, 8), .. Field(7, [.. _graph.SelectMany(part => part)])]);
        return path;
    }

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] bytes) => [.. Varint(((ulong)number << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte[] Number(int number, long value) => [.. Varint((ulong)number << 3), .. Varint((ulong)value)];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
