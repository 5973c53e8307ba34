using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attention.Dsl;
using Attention.Tool.Checkpoints;
using Attention.Tool.Onnx;

namespace Attention.Tool.Commands;

/// <summary>Makes a checkpoint of an exported model.</summary>
internal sealed class ImportCommand : ToolCommand
{
    private static readonly JsonSerializerOptions s_config = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] s_quantised = ["MatMulInteger", "QLinearMatMul", "DequantizeLinear", "DynamicQuantizeLinear", "MatMulNBits", "QAttention", "DynamicQuantizeMatMul"];
    private static readonly string[] s_fused = ["Attention", "MultiHeadAttention", "EmbedLayerNormalization", "GroupQueryAttention", "PackedAttention"];

    private readonly Argument<FileInfo> _model;
    private readonly Option<DirectoryInfo?> _output;
    private readonly Option<bool> _force;

    public ImportCommand()
        : base("import", "Makes a checkpoint of an ONNX model that was exported from PyTorch: model.safetensors with the names it had, and a config.json with what the graph shows.")
    {
        _model = Added(new Argument<FileInfo>("model") { Description = "The ONNX model." });
        _output = Added(new Option<DirectoryInfo?>("--output", "-o") { Description = "The folder to write to; the model's unless given." });
        _force = Added(new Option<bool>("--force") { Description = "Write over files that are there." });
    }

    protected override int Run(ParseResult parsed, Terminal terminal)
    {
        FileInfo file = parsed.GetValue(_model)!;
        string folder = (parsed.GetValue(_output) ?? file.Directory!).FullName, checkpoint = Path.Combine(folder, "model.safetensors"), configuration = Path.Combine(folder, "config.json");
        if (!parsed.GetValue(_force) && (File.Exists(checkpoint) || File.Exists(configuration)))
            throw new ToolException($"{folder}: expected no model.safetensors and no config.json, found {(File.Exists(checkpoint) ? "model.safetensors" : "config.json")}; give --force to write over them, or another --output.");
        OnnxModel model = OnnxModel.Read(file.ToString());
        Refuse(model, file);
        OnnxWeights weights = OnnxWeights.Of(model);
        if (weights.Found.Count == 0)
            throw new ToolException($"{file}: expected weights, found none that has a name; export it from PyTorch with its parameters' names.");

        var tensors = weights.Found.Where(weight => weight.Value.Tensor.DataType is not null).OrderBy(weight => weight.Key, StringComparer.Ordinal).ToDictionary(weight => weight.Key, weight => LazyOf(weight.Value, file.ToString()), StringComparer.Ordinal);
        (JsonObject config, IReadOnlyList<string> notes) = OnnxConfig.Of(model, tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.Shape, StringComparer.Ordinal));
        notes = [.. notes, .. weights.Nameless.Select(nameless => $"left out, since nothing tells its name: {nameless}.")];

        var writer = new SafeTensorsWriter();
        foreach ((string name, LazyTensor tensor) in tensors)
            writer.Add(name, tensor.DataType, tensor.Shape, tensor.Bytes, stream => stream.Write(tensor.Read()));
        Directory.CreateDirectory(folder);
        writer.Save(checkpoint);
        File.WriteAllText(configuration, config.ToJsonString(s_config) + "\n");
        int transposed = weights.Found.Values.Count(weight => weight.Transposed);
        if (terminal.IsJson)
        {
            terminal.Json(new { checkpoint, configuration, config, tensors = tensors.Count, transposed, notes });
            return Cli.Done;
        }

        terminal.Line($"{checkpoint}: {tensors.Count} tensors, {transposed} of them named by what uses them and turned as the checkpoint had them");
        terminal.Line($"{configuration}: {config.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })}");
        foreach (string note in notes)
            terminal.Note("note: " + note);
        return Cli.Done;
    }

    private static void Refuse(OnnxModel model, FileInfo file)
    {
        if (model.Nodes.Find(node => s_quantised.Contains(node.Type)) is OnnxNode quantised)
            throw new ToolException($"{file}: it is quantised ({quantised.Type}), so its weights are not those of the checkpoint; take the model in float32, and let [AttentionModel(Weights = WeightFormat.Int8)] make them smaller.");
        if (model.Nodes.Find(node => node.Domain == "com.microsoft" && s_fused.Contains(node.Type)) is OnnxNode fused)
            throw new ToolException($"{file}: ONNX Runtime has fused it ({fused.Type}), so its weights are no more those of the checkpoint; take the model as it was exported.");
    }

    private static LazyTensor LazyOf((OnnxTensor Tensor, bool Transposed) weight, string file)
    {
        (OnnxTensor tensor, bool transposed) = weight;
        var lazy = new LazyTensor(tensor.DataType!, [.. tensor.Shape], () => tensor.Data(file)) { Size = tensor.Size };
        return transposed && tensor.Shape.Count == 2 ? lazy.Transposed() : lazy;
    }
}
