namespace Attention.Tool.Onnx;

/// <summary>
/// An ONNX model as far as its weights and what uses them go: nodes, attributes, initialisers. Messages and fields are those of the standard's
/// <c>onnx.proto</c>.
/// </summary>
internal sealed class OnnxModel
{
    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>Tensors of the graph by their names, constants of nodes among them.</summary>
    public Dictionary<string, OnnxTensor> Tensors { get; } = new(StringComparer.Ordinal);

    /// <summary>What the graph gives, and of how many dimensions; −1 where that is not said.</summary>
    public List<(string Name, int Rank)> Outputs { get; } = [];

    /// <exception cref="ToolException">The file is no ONNX model.</exception>
    public static OnnxModel Read(string path)
    {
        if (!File.Exists(path))
            throw new ToolException($"{path}: expected an ONNX model, found nothing of that name.");
        if (new FileInfo(path).Length > Array.MaxLength)
            throw new ToolException($"{path}: expected a file of at most {Array.MaxLength} bytes; export the model with external data.");
        var model = new OnnxModel();
        try
        {
            bool hasGraph = false;
            for (var reader = new ProtobufReader(File.ReadAllBytes(path)); reader.Next();)
            {
                if (reader.Field == 7)
                {
                    hasGraph = true;
                    model.AddGraph(reader.Bytes());
                }
                else
                {
                    reader.Skip();
                }
            }

            if (!hasGraph)
                throw new InvalidDataException("it has no graph");
        }
        catch (Exception e) when (e is InvalidDataException or OverflowException)
        {
            throw new ToolException($"{path}: expected an ONNX model, but {e.Message}; fetch or export it again.", e);
        }

        return model;
    }

    private void AddGraph(ReadOnlyMemory<byte> graph)
    {
        for (var reader = new ProtobufReader(graph); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1:
                    var node = OnnxNode.Of(reader.Bytes());
                    Nodes.Add(node);
                    if (node is { Type: "Constant", Outputs: [string constant, ..] } && node.Tensor("value") is OnnxTensor value)
                        Tensors[constant] = value;
                    break;
                case 5:
                    OnnxTensor tensor = OnnxTensor.Of(reader.Bytes());
                    Tensors[tensor.Name] = tensor;
                    break;
                case 12:
                    Outputs.Add(OutputOf(reader.Bytes()));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    /// <summary>A ValueInfoProto: its name, and how many dimensions there are in type, tensor_type, shape.</summary>
    private static (string, int) OutputOf(ReadOnlyMemory<byte> value)
    {
        (string name, int rank) = ("", -1);
        for (var reader = new ProtobufReader(value); reader.Next();)
        {
            if (reader.Field == 1)
                name = reader.Text();
            else if (reader.Field == 2 && Inner(reader.Bytes(), 1) is { } tensor && Inner(tensor, 2) is { } shape)
                rank = CountOf(shape);
            else if (reader.Field != 2)
                reader.Skip();
        }

        return (name, rank);
    }

    private static ReadOnlyMemory<byte>? Inner(ReadOnlyMemory<byte> message, int field)
    {
        ReadOnlyMemory<byte>? found = null;
        for (var reader = new ProtobufReader(message); reader.Next();)
        {
            if (reader.Field == field)
                found = reader.Bytes();
            else
                reader.Skip();
        }

        return found;
    }

    private static int CountOf(ReadOnlyMemory<byte> shape)
    {
        int count = 0;
        for (var reader = new ProtobufReader(shape); reader.Next(); reader.Skip())
            count += reader.Field == 1 ? 1 : 0;
        return count;
    }
}

/// <summary>A node of the graph.</summary>
internal sealed class OnnxNode
{
    private readonly Dictionary<string, OnnxTensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, float> _floats = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _ints = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    public string Name { get; private set; } = "";

    public string Type { get; private set; } = "";

    public string Domain { get; private set; } = "";

    public List<string> Inputs { get; } = [];

    public List<string> Outputs { get; } = [];

    public OnnxTensor? Tensor(string attribute) => _tensors.GetValueOrDefault(attribute);

    public float? Float(string attribute) => _floats.TryGetValue(attribute, out float value) ? value : null;

    public long Int(string attribute) => _ints.GetValueOrDefault(attribute);

    public string? Text(string attribute) => _texts.GetValueOrDefault(attribute);

    public static OnnxNode Of(ReadOnlyMemory<byte> message)
    {
        var node = new OnnxNode();
        for (var reader = new ProtobufReader(message); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1:
                    node.Inputs.Add(reader.Text());
                    break;
                case 2:
                    node.Outputs.Add(reader.Text());
                    break;
                case 3:
                    node.Name = reader.Text();
                    break;
                case 4:
                    node.Type = reader.Text();
                    break;
                case 5:
                    node.AddAttribute(reader.Bytes());
                    break;
                case 7:
                    node.Domain = reader.Text();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return node;
    }

    private void AddAttribute(ReadOnlyMemory<byte> message)
    {
        string name = "";
        for (var reader = new ProtobufReader(message); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1:
                    name = reader.Text();
                    break;
                case 2:
                    _floats[name] = reader.Float();
                    break;
                case 3:
                    _ints[name] = reader.Int();
                    break;
                case 4:
                    _texts[name] = reader.Text();
                    break;
                case 5:
                    _tensors[name] = OnnxTensor.Of(reader.Bytes());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }
}
