using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Attention.Tool.Checkpoints;

namespace Attention.Tool.Onnx;

/// <summary>A tensor of an ONNX model, in it or in a file beside it.</summary>
internal sealed class OnnxTensor
{
    private readonly List<long> _shape = [];
    private readonly List<long> _ints = [];
    private readonly MemoryStream _fixed = new();
    private readonly Dictionary<string, string> _external = new(StringComparer.Ordinal);
    private ReadOnlyMemory<byte> _raw;
    private bool _isExternal;
    private int _type;

    public string Name { get; private set; } = "";

    public IReadOnlyList<long> Shape => _shape;

    public long Elements => _shape.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>The type as safetensors has it; null where it has no such.</summary>
    public string? DataType => _type switch
    {
        1 => "F32",
        2 => "U8",
        3 => "I8",
        4 => "U16",
        5 => "I16",
        6 => "I32",
        7 => "I64",
        9 => "BOOL",
        10 => "F16",
        11 => "F64",
        12 => "U32",
        13 => "U64",
        16 => "BF16",
        _ => null,
    };

    public bool IsFloat => DataType is "F32" or "F16" or "BF16" or "F64";

    /// <summary>Bytes of an element.</summary>
    public int Size => DataType switch
    {
        "I64" or "F64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        _ => 1,
    };

    public static OnnxTensor Of(ReadOnlyMemory<byte> message)
    {
        var tensor = new OnnxTensor();
        for (var reader = new ProtobufReader(message); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1:
                    reader.Ints(tensor._shape);
                    break;
                case 2:
                    tensor._type = (int)reader.Int();
                    break;
                case 4 or 10: // floats, doubles
                    reader.Fixed(tensor._fixed);
                    break;
                case 5 or 7 or 11: // int32, which smaller types have too; int64, uint64
                    reader.Ints(tensor._ints);
                    break;
                case 8:
                    tensor.Name = reader.Text();
                    break;
                case 9:
                    tensor._raw = reader.Bytes();
                    break;
                case 13:
                    tensor.AddExternal(reader.Bytes());
                    break;
                case 14:
                    tensor._isExternal = reader.Int() == 1;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (tensor._shape.Exists(size => size < 0))
            throw new InvalidDataException($"tensor '{InnerPath.Printable(tensor.Name)}' has a negative size");
        _ = checked(tensor.Elements * sizeof(long)); // no size overflows behind this
        return tensor;
    }

    /// <summary>The data, row-major and little-endian.</summary>
    /// <param name="model">The file of the model, beside which data may lie.</param>
    /// <exception cref="ToolException">There is not as much as type and shape say, or it lies outside of the model's folder.</exception>
    public byte[] Data(string model)
    {
        if (DataType is null)
            throw new ToolException($"{model}: tensor '{Name}' has type {_type} of ONNX, which is no number of whole bytes; export the model without quantising it.");
        long bytes = checked(Elements * Size);
        byte[] data = _isExternal ? External(model, bytes) : _raw.Length > 0 ? _raw.ToArray() : _fixed.Length > 0 ? _fixed.ToArray() : OfInts();
        return data.Length == bytes ? data : throw new ToolException($"{model}: expected {bytes} bytes for tensor '{Name}' of {DataType} {Terminal.Shape(_shape)}, found {data.Length}; export the model again.");
    }

    /// <summary>The whole numbers of a small tensor in the model; none of one that is no such.</summary>
    public long[] SmallInts()
    {
        if (DataType is not ("I64" or "I32") || _isExternal || Elements > 16)
            return [];
        if (_raw.Length == 0)
            return [.. _ints];
        ReadOnlySpan<byte> raw = _raw.Span;
        return DataType == "I64" ? MemoryMarshal.Cast<byte, long>(raw).ToArray() : [.. MemoryMarshal.Cast<byte, int>(raw).ToArray().Select(value => (long)value)];
    }

    /// <summary>The value of a tensor of one float; null of others.</summary>
    public float? One() => DataType != "F32" || _isExternal || Elements != 1 ? null
        : _raw.Length == 4 ? BinaryPrimitives.ReadSingleLittleEndian(_raw.Span) : _fixed.Length == 4 ? BinaryPrimitives.ReadSingleLittleEndian(_fixed.ToArray()) : null;

    private byte[] OfInts()
    {
        byte[] data = new byte[_ints.Count * Size];
        Span<byte> eight = stackalloc byte[8];
        for (int i = 0; i < _ints.Count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(eight, _ints[i]);
            eight[..Size].CopyTo(data.AsSpan(i * Size));
        }

        return data;
    }

    private byte[] External(string model, long bytes)
    {
        string location = _external.GetValueOrDefault("location") ?? throw new ToolException($"{model}: expected the file of tensor '{Name}', found none; export the model again.");
        string path = InnerPath.In(Path.GetDirectoryName(Path.GetFullPath(model))!, location, model);
        if (!File.Exists(path))
            throw new ToolException($"{model}: expected '{location}' with its weights beside it, found none; fetch it too.");
        long offset = Number("offset", 0), length = Number("length", bytes);
        using FileStream file = File.OpenRead(path);
        if (length != bytes || offset > file.Length - length)
            throw new ToolException($"{model}: expected {bytes} bytes of tensor '{Name}' in '{location}', found {length} from {offset} on in a file of {file.Length}; fetch both of one revision.");
        byte[] data = new byte[bytes];
        file.Position = offset;
        file.ReadExactly(data);
        return data;

        long Number(string key, long otherwise) => !_external.TryGetValue(key, out string? text) ? otherwise
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw new ToolException($"{model}: expected a whole number for {key} of tensor '{Name}', found '{InnerPath.Printable(text)}'; export the model again.");
    }

    private void AddExternal(ReadOnlyMemory<byte> entry)
    {
        (string key, string value) = ("", "");
        for (var reader = new ProtobufReader(entry); reader.Next();)
        {
            if (reader.Field == 1)
                key = reader.Text();
            else if (reader.Field == 2)
                value = reader.Text();
            else
                reader.Skip();
        }

        _external[key] = value;
    }
}
