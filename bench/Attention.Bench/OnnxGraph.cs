using System.Runtime.InteropServices;
using System.Text;

namespace Attention.Bench;

/// <summary>The element types of ONNX that are used here, by their numbers in <c>TensorProto.DataType</c>.</summary>
internal enum OnnxType
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
}

/// <summary>
/// An ONNX model, written as it is built: opset 17 of ONNX and 1 of <c>com.microsoft</c>. The numbers are the field numbers
/// of <c>onnx.proto</c>. A message that stands several times in a protocol buffer is merged, so each node and each tensor
/// is written at once as a graph of its own, and nothing is copied twice.
/// </summary>
internal sealed class OnnxGraph
{
    /// <summary>The domain of ONNX Runtime's fused operators.</summary>
    public const string Microsoft = "com.microsoft";

    private readonly ProtocolBuffer _model = new();
    private readonly HashSet<string> _constants = [];
    private int _nodes;

    public OnnxGraph(string name)
    {
        _model.Number(1, 8);
        _model.Message(8, new ProtocolBuffer().Text(1, "").Number(2, 17));
        _model.Message(8, new ProtocolBuffer().Text(1, Microsoft).Number(2, 1));
        _model.Message(7, new ProtocolBuffer().Text(2, name));
    }

    /// <summary>The model's bytes, at most 2 GB as protocol buffers go.</summary>
    public ReadOnlySpan<byte> Model => _model.Written;

    public static OnnxType TypeOf<T>() => default(T) switch
    {
        float => OnnxType.Float,
        byte => OnnxType.UInt8,
        sbyte => OnnxType.Int8,
        int => OnnxType.Int32,
        long => OnnxType.Int64,
        _ => throw new NotSupportedException($"{typeof(T)} is no element type here."),
    };

    /// <summary>An input; a size below 0 is known only when the graph runs, and equal ones are equal then.</summary>
    public string Input<T>(string name, params ReadOnlySpan<long> shape) => Value<T>(11, name, shape);

    /// <summary>Makes a value an output by the name of <paramref name="name"/>; ONNX Runtime removes the node this takes.</summary>
    public void Output<T>(string value, string name, params ReadOnlySpan<long> shape) =>
        _model.Message(7, new ProtocolBuffer().Message(1, new ProtocolBuffer().Text(1, value).Text(2, Value<T>(12, name, shape)).Text(4, "Identity")));

    /// <summary>A tensor of the model, written once per name.</summary>
    public string Constant<T>(string name, ReadOnlySpan<int> shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (!_constants.Add(name))
            return name;
        var head = new ProtocolBuffer();
        foreach (int size in shape)
            head.Number(1, size);
        head.Number(2, (long)TypeOf<T>()).Text(8, name);
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        const int rawData = 9, initializer = 5;
        long tensor = head.Written.Length + ProtocolBuffer.SizeOf(rawData, bytes.Length);
        _model.Begin(7, ProtocolBuffer.SizeOf(initializer, tensor)).Begin(initializer, tensor).Raw(head.Written).Bytes(rawData, bytes);
        return name;
    }

    /// <summary>A tensor that lies in a file beside the model, from an offset on.</summary>
    public string External<T>(string name, ReadOnlySpan<int> shape, string file, long offset, long bytes)
    {
        var tensor = new ProtocolBuffer();
        foreach (int size in shape)
            tensor.Number(1, size);
        tensor.Number(2, (long)TypeOf<T>()).Text(8, name);
        foreach ((string key, string value) in new[] { ("location", file), ("offset", $"{offset}"), ("length", $"{bytes}") })
            tensor.Message(13, new ProtocolBuffer().Text(1, key).Text(2, value));
        _model.Message(7, new ProtocolBuffer().Message(5, tensor.Number(14, 1)));
        return name;
    }

    /// <summary>A node of ONNX's own with one output; an input that is left out is an empty name.</summary>
    public string Node(string operation, string[] inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Node("", operation, inputs, [true], attributes)[0];

    /// <summary>One of ONNX Runtime's fused nodes with one output.</summary>
    public string Fused(string operation, string[] inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Node(Microsoft, operation, inputs, [true], attributes)[0];

    /// <summary>A node with the outputs that are <paramref name="wanted"/>; the result is their names, empty for the others.</summary>
    public string[] Node(string domain, string operation, string[] inputs, bool[] wanted, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        string name = $"{operation}_{_nodes++}";
        string[] results = [.. wanted.Select((output, i) => output ? $"{name}.{i}" : "")];
        var node = new ProtocolBuffer();
        foreach (string input in inputs)
            node.Text(1, input);
        foreach (string output in results)
            node.Text(2, output);
        node.Text(3, name).Text(4, operation).Text(7, domain);
        foreach ((string key, object value) in attributes)
            node.Message(5, Attribute(key, value));
        _model.Message(7, new ProtocolBuffer().Message(1, node));
        return results;
    }

    private static ProtocolBuffer Attribute(string name, object value)
    {
        var attribute = new ProtocolBuffer().Text(1, name);
        return value switch
        {
            float number => attribute.Real(2, number).Number(20, 1),
            string text => attribute.Text(4, text).Number(20, 3),
            int number => attribute.Number(3, number).Number(20, 2),
            int[] numbers => numbers.Aggregate(attribute, (written, number) => written.Number(8, number)).Number(20, 7),
            _ => throw new NotSupportedException($"{value.GetType()} is no attribute here."),
        };
    }

    private string Value<T>(int field, string name, ReadOnlySpan<long> shape)
    {
        var dimensions = new ProtocolBuffer();
        foreach (long size in shape)
            dimensions.Message(1, size < 0 ? new ProtocolBuffer().Text(2, $"size{-size}") : new ProtocolBuffer().Number(1, size));
        ProtocolBuffer type = new ProtocolBuffer().Number(1, (long)TypeOf<T>()).Message(2, dimensions);
        _model.Message(7, new ProtocolBuffer().Message(field, new ProtocolBuffer().Text(1, name).Message(2, new ProtocolBuffer().Message(1, type))));
        return name;
    }

    /// <summary>A protocol buffer being written.</summary>
    private sealed class ProtocolBuffer
    {
        private readonly MemoryStream _stream = new();

        public ReadOnlySpan<byte> Written => _stream.GetBuffer().AsSpan(0, (int)_stream.Length);

        /// <summary>The bytes of a field that holds <paramref name="length"/> bytes.</summary>
        public static long SizeOf(int field, long length) => VariableSize((uint)field << 3) + VariableSize((ulong)length) + length;

        public ProtocolBuffer Number(int field, long value) => Variable((uint)field << 3).Variable((ulong)value);

        public ProtocolBuffer Real(int field, float value) => Variable(((uint)field << 3) | 5).Raw(BitConverter.GetBytes(value));

        public ProtocolBuffer Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

        public ProtocolBuffer Message(int field, ProtocolBuffer message) => Bytes(field, message.Written);

        public ProtocolBuffer Bytes(int field, ReadOnlySpan<byte> bytes) => Begin(field, bytes.Length).Raw(bytes);

        /// <summary>Begins a field of <paramref name="length"/> bytes, which the caller writes next.</summary>
        public ProtocolBuffer Begin(int field, long length) => Variable(((uint)field << 3) | 2).Variable((ulong)length);

        public ProtocolBuffer Raw(ReadOnlySpan<byte> bytes)
        {
            _stream.Write(bytes);
            return this;
        }

        private static int VariableSize(ulong value) => 1 + (System.Numerics.BitOperations.Log2(value | 1) / 7);

        private ProtocolBuffer Variable(ulong value)
        {
            for (; value >= 0x80; value >>= 7)
                _stream.WriteByte((byte)(value | 0x80));
            _stream.WriteByte((byte)value);
            return this;
        }
    }
}
