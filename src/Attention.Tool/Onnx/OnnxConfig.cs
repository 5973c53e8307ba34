using System.Text.Json.Nodes;
using Attention.Dsl;
using Attention.Tool.Checkpoints;

namespace Attention.Tool.Onnx;

/// <summary>What of a config.json a graph shows: heads by its reshapes, the epsilon of its norms, its non-linearity, and sizes by the weights.</summary>
internal sealed class OnnxConfig
{
    private readonly OnnxModel _model;
    private readonly IReadOnlyDictionary<string, long[]> _shapes;
    private readonly Dictionary<string, OnnxNode> _makers = new(StringComparer.Ordinal);

    private OnnxConfig(OnnxModel model, IReadOnlyDictionary<string, long[]> shapes)
    {
        (_model, _shapes) = (model, shapes);
        foreach (OnnxNode node in model.Nodes)
        {
            foreach (string output in node.Outputs)
                _makers[output] = node;
        }
    }

    /// <summary>What the graph does not show.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>The configuration of a model.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="shapes">The weights' shapes, by the names that they have in the checkpoint.</param>
    public static (JsonObject Config, IReadOnlyList<string> Notes) Of(OnnxModel model, IReadOnlyDictionary<string, long[]> shapes)
    {
        var config = new OnnxConfig(model, shapes);
        return (config.Write(), config.Notes);
    }

    private JsonObject Write()
    {
        var json = new JsonObject();
        string? type = TypeOf();
        if (type is null)
            Notes.Add("the names are of no family that is known here, so config.json has no model_type.");
        else
            json["model_type"] = type;
        if (Architecture(type) is string architecture)
            json["architectures"] = new JsonArray(architecture);

        (string heads, string epsilon, string activation) = type switch
        {
            "distilbert" => ("n_heads", "layer_norm_eps", "activation"),
            "gpt2" => ("n_head", "layer_norm_epsilon", "activation_function"),
            _ => ("num_attention_heads", "layer_norm_eps", "hidden_act"),
        };
        Set(heads, Heads() is long count ? JsonValue.Create(count) : null, "how many heads there are: no Reshape tells it");
        Set(epsilon, Epsilon() is float found ? JsonValue.Create((double)(decimal)found) : null, "the epsilon of its norms");
        Set(activation, Activation() is string name ? JsonValue.Create(name) : null, "the non-linearity");
        if (Shape("word_embeddings.weight") is [long vocabulary, long width])
        {
            json["vocab_size"] = vocabulary;
            json[type == "distilbert" ? "dim" : "hidden_size"] = width;
        }

        if (type == "mpnet" && Shape("relative_attention_bias.weight") is [long buckets, _])
            json["relative_attention_num_buckets"] = buckets;
        if (type is "roberta" or "mpnet")
            json["pad_token_id"] = 1;
        if (type == "vit" && Shape("patch_embeddings.projection.weight") is [_, _, long patch, _] && Shape("position_embeddings") is [_, long positions, _])
            json["image_size"] = patch * (long)Math.Round(Math.Sqrt(positions - 1));
        return json;

        void Set(string field, JsonValue? value, string what)
        {
            if (value is null)
                Notes.Add($"the graph does not show {what}; write {field} into config.json.");
            else
                json[field] = value;
        }
    }

    private string? TypeOf()
    {
        if (_shapes.Keys.Any(name => name.Contains(".attention.attn.q.", StringComparison.Ordinal)))
            return "mpnet";

        // RoBERTa and BERT have the same names; RoBERTa counts positions by the tokens that are no padding.
        WeightLayout? layout = LayoutGuess.Of([.. _shapes.Keys])?.Layout;
        return layout switch
        {
            WeightLayout.Bert => _model.Nodes.Exists(node => node.Type == "CumSum") ? "roberta" : "bert",
            WeightLayout.Roberta => "roberta",
            WeightLayout.DistilBert => "distilbert",
            WeightLayout.Vit => "vit",
            WeightLayout.Gpt2 => "gpt2",
            _ => null,
        };
    }

    /// <summary>What its class may be called, by the head that it has.</summary>
    private string? Architecture(string? type)
    {
        string? family = type switch
        {
            "bert" => "Bert",
            "roberta" => "Roberta",
            "distilbert" => "DistilBert",
            "mpnet" => "MPNet",
            "vit" => "ViT",
            _ => null,
        };
        if (family is null)
            return null;
        bool hasHead = _shapes.Keys.Any(name => name.StartsWith("classifier.", StringComparison.Ordinal));
        return family + (_shapes.ContainsKey("qa_outputs.weight") ? "ForQuestionAnswering" : !hasHead ? "Model" : type == "vit" ? "ForImageClassification"
            : _model.Outputs.Exists(output => output.Rank == 3) ? "ForTokenClassification" : "ForSequenceClassification");
    }

    private long[]? Shape(string end) => _shapes.FirstOrDefault(tensor => tensor.Key == end || tensor.Key.EndsWith("." + end, StringComparison.Ordinal)).Value;

    /// <summary>Rows become batch × rows × heads × width; the last two are written out, the most frequent pair is the model's.</summary>
    private long? Heads() => Commonest(_model.Nodes.Where(node => node is { Type: "Reshape", Inputs.Count: 2 })
        .Select(node => Numbers(node.Inputs[1])).Where(shape => shape.Length == 4 && shape[2] > 0 && shape[3] > 0 && shape[3] != 1)
        .Select(shape => (shape[2]!.Value, shape[3]!.Value)))?.Item1;

    /// <summary>The numbers of a shape as far as they are known: of a constant, or of constants joined.</summary>
    private long?[] Numbers(string name)
    {
        if (_model.Tensors.TryGetValue(name, out OnnxTensor? tensor))
            return [.. tensor.SmallInts().Select(number => (long?)number)];
        if (!_makers.TryGetValue(name, out OnnxNode? maker))
            return [];
        return maker.Type switch
        {
            "Concat" => [.. maker.Inputs.SelectMany(input => Numbers(input) is { Length: > 0 } known ? known : [null])],
            "Unsqueeze" => Numbers(maker.Inputs[0]) is { Length: 1 } known ? known : [null],
            _ => [],
        };
    }

    /// <summary>Of norms that are one node, their attribute; of others, what is added before the root.</summary>
    private float? Epsilon()
    {
        float?[] ofNodes = [.. _model.Nodes.Where(node => node.Type is "LayerNormalization" or "SkipLayerNormalization").Select(node => (float?)(node.Float("epsilon") ?? 1e-5f))];
        return Commonest((ofNodes.Length > 0 ? ofNodes : _model.Nodes.Where(node => node.Type == "Sqrt" && _makers.TryGetValue(node.Inputs[0], out OnnxNode? add) && add.Type == "Add")
            .Select(node => _makers[node.Inputs[0]].Inputs.Select(input => _model.Tensors.TryGetValue(input, out OnnxTensor? tensor) ? tensor.One() : null).FirstOrDefault(value => value is not null))).OfType<float>());
    }

    private string? Activation()
    {
        bool Has(string type) => _model.Nodes.Exists(node => node.Type == type);
        bool Multiplies(float constant) => _model.Tensors.Values.Any(tensor => tensor.One() is float value && Math.Abs(value - constant) < 1e-6f);
        return _model.Nodes.Find(node => node.Type == "Gelu") is OnnxNode gelu ? gelu.Text("approximate") == "tanh" ? "gelu_new" : "gelu"
            : Has("Erf") ? "gelu"
            : Multiplies(0.044715f) ? "gelu_new"
            : Multiplies(1.702f) ? "quick_gelu"
            : Has("Relu") ? "relu"
            : Has("Sigmoid") ? "silu"
            : null;
    }

    private static T? Commonest<T>(IEnumerable<T> values)
        where T : struct => values.GroupBy(value => value).OrderByDescending(group => group.Count()).Select(group => (T?)group.Key).FirstOrDefault();
}
