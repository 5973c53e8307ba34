using static Attention.Tool.Scaffolding.Families.BertFamily;

namespace Attention.Tool.Scaffolding.Families;

/// <summary>Nomic's BERT: rotary positions and a gated feed-forward, by names that no layout has.</summary>
internal static class NomicFamily
{
    /// <summary>The tensors by their roles, behind the prefix.</summary>
    private static readonly (string Role, string Name)[] s_tensors =
    [
        ("Embedding", "embeddings.word_embeddings"), ("TokenTypes", "embeddings.token_type_embeddings"), ("StemNorm", "emb_ln"),
        ("SelfQueryKeyValue", "encoder.layers.{layer}.attn.Wqkv"), ("SelfOutput", "encoder.layers.{layer}.attn.out_proj"), ("SelfNorm", "encoder.layers.{layer}.norm{n}"),
        ("Hidden", "encoder.layers.{layer}.mlp.fc11"), ("HiddenGate", "encoder.layers.{layer}.mlp.fc12"), ("Contract", "encoder.layers.{layer}.mlp.fc2"), ("FeedForwardNorm", "encoder.layers.{layer}.norm{n}"),
    ];

    public static void Declare(ScaffoldSource source, ClassText text)
    {
        ModelConfig config = source.Config;
        foreach (string option in new[] { "prenorm", "parallel_block", "causal", "use_rms_norm" })
        {
            if (config.Bool(option, false))
                throw config.Cannot(option, "expected false, as all of Nomic's encoders of text have it; others are declared by hand");
        }

        string prefix = source.PrefixOf("embeddings.word_embeddings.weight"), layer = Join(prefix, "encoder.layers.0.");
        bool hasTypes = source.Has(Join(prefix, "embeddings.token_type_embeddings.weight"));
        text.Tensors.AddRange(s_tensors.Where(tensor => hasTypes || tensor.Role != "TokenTypes").Select(tensor => $"[Tensor(TensorRole.{tensor.Role}, {ClassText.Literal(Join(prefix, tensor.Name) + ".weight")})]"));
        int[] table = source.Shape(Join(prefix, "embeddings.word_embeddings.weight"), 2);
        int width = source.Agreed(table[1], "channels has its table of tokens", "n_embd", "hidden_size"), heads = source.Heads(width, "n_head", "num_attention_heads");
        StageText stage = text.Stage();
        stage.Add("Encoder", $"layers: {source.Layers(Join(prefix, "encoder.layers.{}.attn.Wqkv.weight"), "n_layer", "num_hidden_layers")}", $"width: {width}", source.Epsilon(1e-12, "layer_norm_epsilon", "layer_norm_eps"), ClassText.Prefix(prefix, null));
        stage.Add("Embedding", $"vocabulary: {table[0]}", source.Length(config.Has("max_trained_positions") ? "max_trained_positions" : "n_positions"));
        if (hasTypes)
            stage.Add("TokenTypes", $"{source.Shape(Join(prefix, "embeddings.token_type_embeddings.weight"), 2)[0]}");
        stage.Add("LayerNorm");
        AddRotary(config, stage, width / heads);
        stage.Add("SelfAttention", $"heads: {heads}", source.Has(layer + "attn.Wqkv.bias") ? null : "Bias = false");
        stage.Add("FeedForward", $"{source.Shape(layer + "mlp.fc11.weight", 2)[0]}", "Activation." + Gate(config), "Gated = true", source.Has(layer + "mlp.fc11.bias") ? null : "Bias = false");
        Outputs.Add(source, stage, null);
    }

    private static void AddRotary(ModelConfig config, StageText stage, int headWidth)
    {
        double fraction = config.Double("rotary_emb_fraction", 1), theta = config.Double("rotary_emb_base", 10000), turned = fraction * headWidth;
        if (turned is not > 0 || turned > headWidth || turned % 2 != 0)
            throw config.Cannot("rotary_emb_fraction", $"expected an even part of the {headWidth} channels of a head");
        stage.Add("Rotary", theta == 10000 ? null : $"Base = {ModelConfig.Number(theta)}", turned == headWidth ? null : $"Width = {turned:0}", config.Bool("rotary_emb_interleaved", false) ? "Interleaved = true" : null);
    }

    private static string Gate(ModelConfig config) => config.Text("activation_function") switch
    {
        null or "swiglu" => "Silu",
        "geglu" => "Gelu",
        "glu" => "Sigmoid",
        _ => throw config.Cannot("activation_function", "expected swiglu, geglu or glu"),
    };
}
