using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Attention.Texts;

/// <summary>How the numbers of a tensor are kept, by llama.cpp's numbers for it.</summary>
internal enum GgufType : uint
{
    Float32 = 0,
    Q4_0 = 2,
    Q8_0 = 8,
    BFloat16 = 30,
}

/// <summary>A model's file as llama.cpp reads it (GGUF, version 3): what is known of it, and tensors.</summary>
internal sealed class GgufWriter
{
    private const int Alignment = 32;

    private enum Kind : uint { UInt32 = 4, Int32 = 5, Float32 = 6, Bool = 7, String = 8, Array = 9 }

    private readonly MemoryStream _facts = new(), _tensors = new();
    private readonly List<Action<Stream>> _values = [];
    private int _count;
    private long _end;

    public void Fact(string name, uint value) => Put(Key(name, Kind.UInt32), value);

    public void Fact(string name, float value) => Put(Key(name, Kind.Float32), value);

    public void Fact(string name, bool value) => Key(name, Kind.Bool).WriteByte(value ? (byte)1 : (byte)0);

    public void Fact(string name, string value) => Put(Key(name, Kind.String), value);

    public void Fact(string name, IReadOnlyCollection<string> values)
    {
        MemoryStream facts = List(name, Kind.String, values.Count);
        foreach (string value in values) Put(facts, value);
    }

    public void Fact(string name, IReadOnlyCollection<int> values)
    {
        MemoryStream facts = List(name, Kind.Int32, values.Count);
        foreach (int value in values) Put(facts, value);
    }

    /// <summary>Adds a tensor whose last dimension is the one that lies together, as in a safetensors file.</summary>
    public void Tensor(string name, IReadOnlyList<long> shape, float[] values) => Tensor(name, shape, GgufType.Float32, 4L * values.Length, stream => stream.Write(MemoryMarshal.AsBytes(values.AsSpan())));

    /// <summary>The same of so many bytes, which are written when the file is.</summary>
    public void Tensor(string name, IReadOnlyList<long> shape, GgufType type, long bytes, Action<Stream> write)
    {
        Put(_tensors, name);
        Put(_tensors, (uint)shape.Count);
        foreach (long size in shape.Reverse()) Put(_tensors, (ulong)size);
        Put(_tensors, (uint)type);
        Put(_tensors, (ulong)_end);
        _end += (bytes + Alignment - 1) / Alignment * Alignment;
        _values.Add(write);
    }

    public void Save(string path)
    {
        using FileStream file = File.Create(path);
        file.Write("GGUF"u8);
        Put(file, 3u);
        Put(file, (ulong)_values.Count);
        Put(file, (ulong)_count);
        _facts.WriteTo(file);
        _tensors.WriteTo(file);
        foreach (Action<Stream> write in _values)
        {
            Align();
            write(file);
        }
        Align();

        void Align() => file.Write(new byte[(Alignment - (file.Position % Alignment)) % Alignment]);
    }

    private MemoryStream Key(string name, Kind kind)
    {
        _count++;
        Put(_facts, name);
        Put(_facts, (uint)kind);
        return _facts;
    }

    private MemoryStream List(string name, Kind kind, int count)
    {
        Key(name, Kind.Array);
        Put(_facts, (uint)kind);
        Put(_facts, (ulong)count);
        return _facts;
    }

    private static void Put<T>(Stream stream, T value)
        where T : unmanaged, INumberBase<T> => stream.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    private static void Put(Stream stream, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Put(stream, (ulong)bytes.Length);
        stream.Write(bytes);
    }
}
