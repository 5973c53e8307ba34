using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Attention.Dsl;

/// <summary>
/// Collects tensors and writes them as a checkpoint in the safetensors format, which <see cref="SafeTensors"/> reads: eight bytes with the
/// header's length, a JSON header, then the data, little-endian, in row-major order. Wider types stand first, else tensors keep the order in
/// which they were added, and the data begins at a multiple of eight bytes: so every element is aligned.
/// </summary>
public sealed class SafeTensorsWriter
{
    private const int Alignment = 8;
    private const int Chunk = 1 << 16; // bytes

    private readonly List<Entry> _tensors = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Strings to be stored beside the tensors, such as <c>format</c>; empty unless some are added.</summary>
    public IDictionary<string, string> Metadata { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Adds a tensor of type F32.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its dimensions, outermost first; none for one number.</param>
    /// <param name="values">As many as the dimensions' product, in row-major order; they must stay as they are until the checkpoint is written.</param>
    /// <exception cref="ArgumentException">The name is there already or is reserved, or there are not as many values as the shape says.</exception>
    public void Add(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<float> values) =>
        Add(name, "F32", shape, sizeof(float) * (long)values.Length, stream => WriteSingles(stream, values.Span));

    /// <summary>Adds a tensor of any type, whose data is written when its turn comes.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dataType">Its type as the format has it, such as <c>F32</c>, <c>BF16</c> or <c>I64</c>.</param>
    /// <param name="shape">Its dimensions, outermost first; none for one number.</param>
    /// <param name="bytes">How many bytes its data takes.</param>
    /// <param name="write">Writes exactly so many bytes to the stream that it is given.</param>
    /// <exception cref="ArgumentException">The name is there already or is reserved, or the bytes are not as many as type and shape take.</exception>
    public void Add(string name, string dataType, ReadOnlySpan<long> shape, long bytes, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(dataType);
        ArgumentNullException.ThrowIfNull(write);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        long elements = 1;
        foreach (long size in shape)
            elements = size < 0 ? throw new ArgumentException($"Tensor '{name}': expected dimensions from 0 on, found {SafeTensors.Text(shape)}.", nameof(shape)) : checked(elements * size);
        if (SafeTensorsHeader.BitsOf(dataType) is int bits && checked(elements * bits) != checked(bytes * 8))
            throw new ArgumentException($"Tensor '{name}': expected {elements * bits / 8} bytes for {dataType} of shape {SafeTensors.Text(shape)}, found {bytes}.", nameof(bytes));
        if (name == SafeTensorsHeader.MetadataName || !_names.Add(name))
            throw new ArgumentException($"Tensor '{name}': expected a name of its own, found {(name == SafeTensorsHeader.MetadataName ? "that of the metadata" : "it again")}.", nameof(name));
        _tensors.Add(new Entry(name, dataType, shape.ToArray(), bytes, write));
    }

    /// <summary>Writes the checkpoint to a stream, which is left open.</summary>
    /// <exception cref="InvalidOperationException">A tensor's data was not as long as it said.</exception>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Entry[] tensors = [.. _tensors.OrderByDescending(tensor => SafeTensorsHeader.BitsOf(tensor.DataType) ?? 0)];
        byte[] header = Header(tensors);
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (Entry tensor in tensors)
        {
            using var counting = new CountingStream(stream);
            tensor.Write(counting);
            if (counting.Count != tensor.Bytes)
                throw new InvalidOperationException($"Tensor '{tensor.Name}': expected {tensor.Bytes} bytes to be written, found {counting.Count}.");
        }
    }

    /// <summary>Writes the checkpoint to a file. What had that name before stays until all is written.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string unfinished = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream file = new(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 20))
                Write(file);
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private byte[] Header(Entry[] tensors)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(SafeTensorsHeader.MetadataName);
                foreach ((string key, string value) in Metadata)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }

            long offset = 0;
            foreach (Entry tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.DataType);
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [offset, offset += tensor.Bytes]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (bytes.Length % Alignment != 0)
            bytes.WriteByte((byte)' ');
        return bytes.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void WriteSingles(Stream stream, ReadOnlySpan<float> values)
    {
        byte[]? turned = BitConverter.IsLittleEndian ? null : new byte[Chunk];
        while (!values.IsEmpty)
        {
            ReadOnlySpan<float> some = values[..Math.Min(values.Length, Chunk / sizeof(float))];
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(some);
            if (turned is not null)
            {
                for (int i = 0; i < some.Length; i++)
                    BinaryPrimitives.WriteSingleLittleEndian(turned.AsSpan(i * sizeof(float)), some[i]);
                bytes = turned.AsSpan(0, bytes.Length);
            }

            stream.Write(bytes);
            values = values[some.Length..];
        }
    }

    private sealed record Entry(string Name, string DataType, long[] Shape, long Bytes, Action<Stream> Write);

    /// <summary>Counts what is written to another stream.</summary>
    private sealed class CountingStream(Stream stream) : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => Count;
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            stream.Write(buffer);
            Count += buffer.Length;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => stream.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
