using System.Globalization;
using static Attention.Tool.Scaffolding.Families.BertFamily;
using static Attention.Tool.Scaffolding.Families.DecoderFamily;

namespace Attention.Tool.Scaffolding.Families;

/// <summary>Decoders with RMS norms, rotary positions and gated feed-forwards, which differ in where norms stand, in windows, biases and names.</summary>
internal static class LlamaFamily
{
    /// <summary>Llama, Mistral, Qwen2 and Qwen3.</summary>
    public static void Llama(ScaffoldSource source, ClassText text) => Declare(source, text, new Kin("Llama", "Pre"));

    public static void Gemma(ScaffoldSource source, ClassText text) => Declare(source, text, new Kin("Llama", "Pre") { IsGemma = true });

    /// <summary>Gemma 2, and the text of Gemma 3.</summary>
    public static void Gemma2(ScaffoldSource source, ClassText text) => Declare(source, text, new Kin("Gemma2", "Sandwich") { IsGemma = true });

    public static void Olmo2(ScaffoldSource source, ClassText text) => Declare(source, text, new Kin("Gemma2", "ResidualPost"));

    public static void Phi3(ScaffoldSource source, ClassText text) => Declare(source, text, new Kin("Phi3", "Pre"));

    /// <summary>What tells one from the others.</summary>
    /// <param name="Layout">Whose names its tensors have.</param>
    /// <param name="Norm">Where norms stand.</param>
    private sealed record Kin(string Layout, string Norm)
    {
        /// <summary>Whether norms multiply by 1 + w, tokens by the root of the width, and the table scores.</summary>
        public bool IsGemma { get; init; }
    }

    /// <summary>The maps of a layer.</summary>
    private readonly record struct Sizes(int Heads, int KeyHeads, int HeadWidth, int Hidden);

    private static void Declare(ScaffoldSource source, ClassText text, Kin kin)
    {
        ModelConfig config = source.Config;
        bool embeds = Outputs.IsOneVector(source);
        string? both = config.Bool("use_bidirectional_attention", false) ? "use_bidirectional_attention" : config.Bool("is_causal", true) ? null : "is_causal";
        if (both is not null && (!embeds || config.TryInt("sliding_window") is not null))
            throw config.Cannot(both, embeds ? "expected rows that see those before them, since sliding_window is told; declare the window by hand" : "expected rows that see those before them, as a decoder's do; say --pooling for an encoder");
        string prefix = source.PrefixOf("embed_tokens.weight"), layer = Join(prefix, "layers.0.");
        int[] table = source.Shape(Join(prefix, "embed_tokens.weight"), 2);
        int width = source.Agreed(table[1], "channels has its table of tokens", "hidden_size"), layers = source.Layers(Join(prefix, "layers.{}.self_attn.o_proj.weight"), "num_hidden_layers");
        Sizes sizes = kin.Layout == "Phi3" ? OfStacked(source, layer) : OfEach(source, layer);
        text.Model.Add("Layout = WeightLayout." + kin.Layout);
        StageText stage = text.Stage();
        stage.Add(embeds ? "Encoder" : "Decoder", $"layers: {layers}", $"width: {width}", $"Norm = NormPlacement.{kin.Norm}", $"Kind = NormKind.{(kin.IsGemma ? "RmsPlusOne" : "Rms")}", "FinalNorm = true", source.Epsilon(1e-6, "rms_norm_eps"), "Bias = false", ClassText.Prefix(prefix, "model"));
        string length = source.Length("max_position_embeddings");
        stage.Add("Embedding", $"vocabulary: {table[0]}", length, kin.IsGemma ? "Scaled = true" : null);
        int rows = RowsOf(length);
        bool projections = source.Has(layer + "self_attn.q_proj.bias") || source.Has(layer + "self_attn.qkv_proj.bias"), output = source.Has(layer + "self_attn.o_proj.bias");
        double scaled = config.Double("query_pre_attn_scalar", sizes.HeadWidth), cap = config.Double("attn_logit_softcapping", 0);
        string?[] arguments = [
            $"heads: {sizes.Heads}", sizes.HeadWidth * sizes.Heads == width ? null : $"HeadWidth = {sizes.HeadWidth}", sizes.KeyHeads == sizes.Heads ? null : $"KeyValueHeads = {sizes.KeyHeads}",
            scaled == sizes.HeadWidth ? null : $"Scale = {ModelConfig.Number(1 / Math.Sqrt(scaled))}", cap == 0 ? null : $"SoftCap = {ModelConfig.Number(cap)}", embeds && both is null ? "Causal = true" : null,
            source.Has(layer + "self_attn.q_norm.weight") ? $"QueryKeyNorm = QueryKeyNorm.{(source.Shape(layer + "self_attn.q_norm.weight", 1)[0] == sizes.HeadWidth ? "PerHead" : "Whole")}" : null,
            projections ? "Bias = true" : null, projections && !output ? "OutputBias = false" : null];
        Attentions(stage, LayerWindows.Of(config, layers, rows), RotaryFields.Read(config, sizes.HeadWidth, rows), RotaryFields.ReadLocal(config, sizes.HeadWidth, rows), arguments);
        string activation = kin.IsGemma ? source.Activation("hidden_activation", "gelu_pytorch_tanh") : source.Activation("hidden_act", "silu");
        stage.Add("FeedForward", $"{sizes.Hidden}", activation, "Gated = true", source.Has(layer + "mlp.gate_proj.bias") ? "Bias = true" : null);
        if (embeds)
            Outputs.Add(source, stage, null);
        else
            Logits(source, stage, config.Bool("tie_word_embeddings", kin.IsGemma), "lm_head.weight", capped: config.Double("final_logit_softcapping", 0));
    }

    private static Sizes OfEach(ScaffoldSource source, string layer)
    {
        int query = source.Shape(layer + "self_attn.q_proj.weight", 2)[0], key = source.Shape(layer + "self_attn.k_proj.weight", 2)[0], heads = source.Heads(query, "num_attention_heads"), headWidth = query / heads;
        int keyHeads = source.Config.Has("num_key_value_heads") ? source.Agreed(key / headWidth, "heads have keys", "num_key_value_heads") : key / headWidth;
        return new Sizes(heads, keyHeads, headWidth, source.Shape(layer + "mlp.gate_proj.weight", 2)[0]);
    }

    private static Sizes OfStacked(ScaffoldSource source, string layer)
    {
        int inner = source.Shape(layer + "self_attn.o_proj.weight", 2)[1], heads = source.Heads(inner, "num_attention_heads"), headWidth = inner / heads;
        int keyHeads = source.Agreed((source.Shape(layer + "self_attn.qkv_proj.weight", 2)[0] - inner) / (2 * headWidth), "heads have keys", "num_key_value_heads");
        return new Sizes(heads, keyHeads, headWidth, source.Shape(layer + "mlp.gate_up_proj.weight", 2)[0] / 2);
    }

    /// <summary>One attention for all layers, or one for those that see a window and one for the others.</summary>
    private static void Attentions(StageText stage, (int? Window, bool[] IsLocal) seen, string?[] rotary, string?[]? localRotary, string?[] arguments)
    {
        (int? window, bool[] isLocal) = seen;
        string? told = window is null ? null : $"Window = {window}";
        bool isAlike = told is null && localRotary is null;
        foreach (bool local in new[] { true, false })
        {
            int[] at = [.. Enumerable.Range(0, isLocal.Length).Where(layer => isAlike ? !local : isLocal[layer] == local)];
            if (at.Length == 0)
                continue;
            if (!stage.Attributes.Exists(attribute => attribute.StartsWith("[Rotary", StringComparison.Ordinal)) || localRotary is not null)
                stage.Add("Rotary", local ? localRotary ?? rotary : rotary);
            string layers = string.Join(", ", at.Select(layer => layer.ToString(CultureInfo.InvariantCulture)));
            stage.Add("SelfAttention", [.. arguments, local ? told : null, at.Length == isLocal.Length ? null : $"At = new[] {{ {layers} }}"]);
        }
    }
}
