using System.Text.RegularExpressions;

namespace Attention.Tool.Onnx;

/// <summary>
/// The weights of a model under the names that its checkpoint had. Exporters keep names of what they take as it is; what they transpose or fold,
/// as matrices of products, has none, and is called by the bias that is added, else by the place of the node that uses it.
/// </summary>
internal sealed partial class OnnxWeights
{
    private readonly OnnxModel _model;
    private readonly ILookup<string, (OnnxNode Node, int Input)> _users;

    private OnnxWeights(OnnxModel model)
    {
        _model = model;
        _users = model.Nodes.SelectMany(node => node.Inputs.Select((name, input) => (name, node, input))).ToLookup(use => use.name, use => (use.node, use.input), StringComparer.Ordinal);
    }

    /// <summary>The weights by their names, and whether each has to be transposed.</summary>
    public Dictionary<string, (OnnxTensor Tensor, bool Transposed)> Found { get; } = new(StringComparer.Ordinal);

    /// <summary>Weights for which there is no name.</summary>
    public List<string> Nameless { get; } = [];

    public static OnnxWeights Of(OnnxModel model)
    {
        var weights = new OnnxWeights(model);
        foreach ((string name, OnnxTensor tensor) in model.Tensors.OrderBy(pair => IsNameless().IsMatch(pair.Key)))
        {
            if (!IsNameless().IsMatch(name))
                weights.Found[name] = (tensor, false);
            else if (tensor.IsFloat && tensor.Elements > 1)
                weights.AddNameless(name, tensor);
        }

        return weights;
    }

    private void AddNameless(string name, OnnxTensor tensor)
    {
        foreach ((OnnxNode node, int input) in _users[name])
        {
            if (NameOf(node, input) is not string found || !Found.TryAdd(found, (tensor, node.Type == "MatMul" || (node.Type == "Gemm" && input == 1 && node.Int("transB") == 0))))
                continue;
            return;
        }

        if (_users.Contains(name))
            Nameless.Add($"'{name}' {Terminal.Shape(tensor.Shape)}, used by {string.Join(", ", _users[name].Select(use => $"{use.Node.Type} '{use.Node.Name}'").Take(2))}");
    }

    /// <summary>What an input of a node was called in the checkpoint; null where that cannot be known.</summary>
    private string? NameOf(OnnxNode node, int input)
    {
        string? end = (node.Type, input) switch
        {
            ("MatMul" or "Gemm" or "Conv" or "LayerNormalization", 1) or ("Gather", 0) or ("Mul", _) => "weight",
            ("Gemm" or "Conv" or "LayerNormalization", 2) or ("Add", _) => "bias",
            _ => null,
        };
        if (end is null)
            return null;

        // The bias of the same map has kept its name, as a rule.
        if (end == "weight" && node.Type is "MatMul" or "Gemm" or "Conv" && BiasOf(node) is string bias && bias.EndsWith(".bias", StringComparison.Ordinal))
            return bias[..^"bias".Length] + "weight";
        return PlaceOf(node) is string place ? $"{place}.{end}" : null;
    }

    /// <summary>The name of the tensor that is added to a product.</summary>
    private string? BiasOf(OnnxNode node)
    {
        if (node.Type != "MatMul")
            return node.Inputs.Count > 2 && _model.Tensors.ContainsKey(node.Inputs[2]) ? node.Inputs[2] : null;
        return node.Outputs.Count == 1 && _users[node.Outputs[0]].ToArray() is [({ Type: "Add" } add, _)] ? add.Inputs.FirstOrDefault(other => other != node.Outputs[0] && _model.Tensors.TryGetValue(other, out OnnxTensor? tensor) && tensor.Shape.Count == 1) : null;
    }

    /// <summary>The module of a node that is named by its place, as <c>/encoder/layer.0/output/dense/MatMul</c>.</summary>
    private static string? PlaceOf(OnnxNode node)
    {
        string[] words = node.Name.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return node.Name.StartsWith('/') && words.Length > 1 && words[^1].StartsWith(node.Type, StringComparison.Ordinal) ? string.Join('.', words[..^1]) : null;
    }

    /// <summary>Names that exporters make: numbers, and words with colons or slashes.</summary>
    [GeneratedRegex(@"^(\d+|onnx::.*|.*/.*|val_\d+|_to_copy.*|Constant_\d+.*)$")]
    private static partial Regex IsNameless();
}
