using System.Globalization;
using static Attention.Tool.Scaffolding.Families.BertFamily;

namespace Attention.Tool.Scaffolding.Families;

/// <summary>Decoders that continue a text.</summary>
internal static class DecoderFamily
{
    public static void Gpt2(ScaffoldSource source, ClassText text)
    {
        ModelConfig config = source.Config;
        Outputs.Refuse(source);
        foreach (string field in new[] { "scale_attn_by_inverse_layer_idx", "add_cross_attention" })
        {
            if (config.Bool(field, false))
                throw config.Cannot(field, "expected false; it cannot be declared here");
        }

        string prefix = source.PrefixOf("wte.weight");
        int[] table = source.Shape(Join(prefix, "wte.weight"), 2);
        int width = source.Agreed(table[1], "channels has its table of tokens", "n_embd");
        (string length, string?[] positions) = source.Length(source.Shape(Join(prefix, "wpe.weight"), 2)[0]);
        text.Model.Add("Layout = WeightLayout.Gpt2");
        StageText stage = text.Stage();
        stage.Add("Decoder", $"layers: {source.Layers(Join(prefix, "h.{}.attn.c_attn.weight"), "n_layer")}", $"width: {width}", "Norm = NormPlacement.Pre", "FinalNorm = true",
            source.Epsilon(1e-5, "layer_norm_epsilon"), ClassText.Prefix(prefix, "transformer"));
        stage.Add("Embedding", $"vocabulary: {table[0]}", length);
        stage.Add("Positions", positions);
        stage.Add("SelfAttention", $"heads: {source.Heads(width, "n_head")}", config.Bool("scale_attn_weights", true) ? null : "Scale = 1");
        stage.Add("FeedForward", $"{source.Shape(Join(prefix, "h.0.mlp.c_fc.weight"), 2)[1]}", source.Activation("activation_function", "gelu_new"));
        Logits(source, stage, tied: true, "lm_head.weight");
    }

    public static void GptJ(ScaffoldSource source, ClassText text)
    {
        ModelConfig config = source.Config;
        Outputs.Refuse(source);
        string prefix = source.PrefixOf("wte.weight"), layer = Join(prefix, "h.0.");
        int[] table = source.Shape(Join(prefix, "wte.weight"), 2);
        int width = source.Agreed(table[1], "channels has its table of tokens", "n_embd"), heads = source.Heads(width, "n_head"), turned = config.TryInt("rotary_dim") ?? 64;
        if (turned < 2 || turned > width / heads || turned % 2 != 0)
            throw config.Cannot("rotary_dim", $"expected an even number from 2 to {width / heads}, the channels of a head");
        text.Model.Add("Layout = WeightLayout.GptJ");
        StageText stage = text.Stage();
        stage.Add("Decoder", $"layers: {source.Layers(Join(prefix, "h.{}.attn.q_proj.weight"), "n_layer")}", $"width: {width}", "Norm = NormPlacement.Pre", "Parallel = ParallelKind.OneNorm", "FinalNorm = true",
            source.Epsilon(1e-5, "layer_norm_epsilon"), ClassText.Prefix(prefix, "transformer"));
        stage.Add("Embedding", $"vocabulary: {table[0]}", source.Length("n_positions"));
        stage.Add("Rotary", turned == width / heads ? null : $"Width = {turned}", "Interleaved = true");
        stage.Add("SelfAttention", $"heads: {heads}", "Bias = false");
        stage.Add("FeedForward", $"{source.Shape(layer + "mlp.fc_in.weight", 2)[0]}", source.Activation("activation_function", "gelu_new"));
        Logits(source, stage, tied: false, "lm_head.weight", "lm_head.bias");
    }

    /// <summary>GPT-NeoX and Pythia.</summary>
    public static void GptNeoX(ScaffoldSource source, ClassText text)
    {
        ModelConfig config = source.Config;
        Outputs.Refuse(source);
        string prefix = source.PrefixOf("embed_in.weight"), layer = Join(prefix, "layers.0.");
        int[] table = source.Shape(Join(prefix, "embed_in.weight"), 2);
        int width = source.Agreed(table[1], "channels has its table of tokens", "hidden_size"), heads = source.Heads(width, "num_attention_heads");
        text.Model.Add("Layout = WeightLayout.GptNeoX");
        StageText stage = text.Stage();
        stage.Add("Decoder", $"layers: {source.Layers(Join(prefix, "layers.{}.attention.query_key_value.weight"), "num_hidden_layers")}", $"width: {width}", "Norm = NormPlacement.Pre",
            config.Bool("use_parallel_residual", true) ? "Parallel = ParallelKind.OwnNorms" : null, "FinalNorm = true", source.Epsilon(1e-5, "layer_norm_eps"), ClassText.Prefix(prefix, "gpt_neox"));
        string length = source.Length("max_position_embeddings");
        stage.Add("Embedding", $"vocabulary: {table[0]}", length);
        stage.Add("Rotary", RotaryFields.Read(config, width / heads, RowsOf(length), "rotary_emb_base", "rotary_pct", 0.25));
        stage.Add("SelfAttention", $"heads: {heads}", source.Has(layer + "attention.query_key_value.bias") ? null : "Bias = false");
        stage.Add("FeedForward", $"{source.Shape(layer + "mlp.dense_h_to_4h.weight", 2)[0]}", source.Activation("hidden_act", "gelu"));
        Logits(source, stage, tied: false, "embed_out.weight");
    }

    /// <summary>Phi-1, 1.5 and 2.</summary>
    public static void Phi(ScaffoldSource source, ClassText text)
    {
        ModelConfig config = source.Config;
        Outputs.Refuse(source);
        string prefix = source.PrefixOf("embed_tokens.weight"), layer = Join(prefix, "layers.0.");
        int[] table = source.Shape(Join(prefix, "embed_tokens.weight"), 2);
        int width = source.Agreed(table[1], "channels has its table of tokens", "hidden_size"), heads = source.Heads(width, "num_attention_heads");
        int keyHeads = source.Agreed(source.Shape(layer + "self_attn.k_proj.weight", 2)[0] / (width / heads), "heads have keys", "num_key_value_heads");
        text.Model.Add("Layout = WeightLayout.Phi");
        StageText stage = text.Stage();
        stage.Add("Decoder", $"layers: {source.Layers(Join(prefix, "layers.{}.self_attn.q_proj.weight"), "num_hidden_layers")}", $"width: {width}", "Norm = NormPlacement.Pre", "Parallel = ParallelKind.OneNorm",
            "FinalNorm = true", source.Epsilon(1e-5, "layer_norm_eps"), ClassText.Prefix(prefix, "model"));
        string length = source.Length("max_position_embeddings");
        stage.Add("Embedding", $"vocabulary: {table[0]}", length);
        stage.Add("Rotary", RotaryFields.Read(config, width / heads, RowsOf(length), usualShare: 0.5));
        stage.Add("SelfAttention", $"heads: {heads}", keyHeads == heads ? null : $"KeyValueHeads = {keyHeads}", source.Has(layer + "self_attn.q_layernorm.weight") ? "QueryKeyNorm = QueryKeyNorm.PerHead" : null);
        stage.Add("FeedForward", $"{source.Shape(layer + "mlp.fc1.weight", 2)[0]}", source.Activation("hidden_act", "gelu_new"));
        Logits(source, stage, tied: false, "lm_head.weight", "lm_head.bias");
    }

    public static void Bloom(ScaffoldSource source, ClassText text)
    {
        ModelConfig config = source.Config;
        Outputs.Refuse(source);
        if (config.Bool("apply_residual_connection_post_layernorm", false))
            throw config.Cannot("apply_residual_connection_post_layernorm", "expected false; it cannot be declared here");
        string prefix = source.PrefixOf("word_embeddings.weight"), layer = Join(prefix, "h.0.");
        int[] table = source.Shape(Join(prefix, "word_embeddings.weight"), 2);
        int width = source.Agreed(table[1], "channels has its table of tokens", "hidden_size", "n_embed");
        text.Model.Add("Layout = WeightLayout.Bloom");
        StageText stage = text.Stage();
        stage.Add("Decoder", $"layers: {source.Layers(Join(prefix, "h.{}.self_attention.query_key_value.weight"), "n_layer", "num_hidden_layers")}", $"width: {width}", "Norm = NormPlacement.Pre", "FinalNorm = true",
            source.Epsilon(1e-5, "layer_norm_epsilon"), ClassText.Prefix(prefix, "transformer"));
        stage.Add("Embedding", $"vocabulary: {table[0]}", source.Length("seq_length"));
        stage.Add("LayerNorm");
        stage.Add("SelfAttention", $"heads: {source.Heads(width, "n_head", "num_attention_heads")}", "Alibi = true");
        stage.Add("FeedForward", $"{source.Shape(layer + "mlp.dense_h_to_4h.weight", 2)[0]}", "Activation.GeluTanh");
        Logits(source, stage, tied: true, "lm_head.weight");
    }

    /// <summary>How many rows an argument says.</summary>
    internal static int RowsOf(string length) => int.Parse(length["length: ".Length..], CultureInfo.InvariantCulture);

    /// <summary>Scores by the table of tokens, or by a map of their own.</summary>
    internal static void Logits(ScaffoldSource source, StageText stage, bool tied, string head, string bias = "", double capped = 0)
    {
        string? cap = capped == 0 ? null : $"SoftCap = {ModelConfig.Number(capped)}";
        if (source.Config.Bool("tie_word_embeddings", tied) || !source.Has(head))
            stage.Add("Logits", "Tied = true", cap);
        else
            stage.Add("Logits", source.Has(bias) ? null : "Bias = false", cap);
    }
}
