using static Attention.Tool.Scaffolding.Families.BertFamily;

namespace Attention.Tool.Scaffolding.Families;

/// <summary>ModernBERT: layers that see all rows among those that see a window, each kind with rotary positions of its own.</summary>
internal static class ModernBertFamily
{
    public static void Declare(ScaffoldSource source, ClassText text)
    {
        ModelConfig config = source.Config;
        if (config.Bool("norm_bias", false))
            throw config.Cannot("norm_bias", "expected false; biases of norms are declared by hand");
        string prefix = source.PrefixOf("embeddings.tok_embeddings.weight"), layer = Join(prefix, "layers.0.");
        int[] table = source.Shape(Join(prefix, "embeddings.tok_embeddings.weight"), 2);
        int width = source.Agreed(table[1], "channels has its table of tokens", "hidden_size"), layers = source.Layers(Join(prefix, "layers.{}.attn.Wqkv.weight"), "num_hidden_layers");
        text.Model.Add("Layout = WeightLayout.ModernBert");
        StageText stage = text.Stage();
        stage.Add("Encoder", $"layers: {layers}", $"width: {width}", "Norm = NormPlacement.Pre", "FinalNorm = true", source.Epsilon(1e-5, "norm_eps"), "Bias = false", ClassText.Prefix(prefix, "model"));
        stage.Add("Embedding", $"vocabulary: {table[0]}", source.Length("max_position_embeddings"));
        stage.Add("LayerNorm");
        Attention(source, stage, layers, source.Heads(width, "num_attention_heads"), source.Has(layer + "attn.Wqkv.bias") ? "Bias = true" : null);
        int hidden = source.Shape(layer + "mlp.Wi.weight", 2)[0];
        if (hidden % 2 != 0)
            throw new ToolException($"{source.Checkpoint.Path}: expected an even number of rows of '{layer}mlp.Wi.weight', which is two maps in one, found {hidden}.");
        stage.Add("FeedForward", $"{hidden / 2}", source.Activation("hidden_activation", "gelu"), "Gated = true", source.Has(layer + "mlp.Wi.bias") ? "Bias = true" : null);
        AddOutputs(source, stage, width);
    }

    private static void Attention(ScaffoldSource source, StageText stage, int layers, int heads, string? bias)
    {
        ModelConfig config = source.Config;
        int every = config.TryInt("global_attn_every_n_layers") ?? 3, window = config.TryInt("local_attention") ?? 128;
        if (every < 1)
            throw config.Cannot("global_attn_every_n_layers", "expected at least 1");
        if (window < 2)
            throw config.Cannot("local_attention", "expected at least 2");
        bool[] isNear = LayerWindows.Told(config, layers) ?? [.. Enumerable.Range(0, layers).Select(layer => layer % every != 0)];
        if (isNear[0])
            throw config.Cannot("layer_types", "expected full_attention of the first layer");
        int[] all = [.. Enumerable.Range(1, layers - 1).Where(layer => !isNear[layer])], near = [.. Enumerable.Range(0, layers).Where(layer => isNear[layer])];
        stage.Add("Rotary", Base("global_rope_theta", "full_attention", 160000));
        stage.Add("SelfAttention", $"heads: {heads}", "At = new[] { 0 }", "Norm = NormPlacement.None", bias);
        if (all.Length > 0)
            stage.Add("SelfAttention", $"heads: {heads}", At(all), bias);
        if (near.Length == 0)
            return;
        stage.Add("Rotary", Base("local_rope_theta", "sliding_attention", 10000));
        stage.Add("SelfAttention", $"heads: {heads}", At(near), $"Window = {window / 2}", bias);

        static string At(int[] layers) => $"At = new[] {{ {string.Join(", ", layers)} }}";

        string? Base(string field, string kind, double usual)
        {
            ModelConfig? told = config.Section("rope_parameters")?.Section(kind);
            if (told?.Text("rope_type") is not (null or "default"))
                throw told!.Cannot("rope_type", "expected default");
            double theta = told?.Double("rope_theta", usual) ?? config.Double(field, usual);
            return theta == 10000 ? null : $"Base = {ModelConfig.Number(theta)}";
        }
    }

    /// <summary>All heads begin with a map and a norm, of the rows or of the pooled one.</summary>
    private static void AddOutputs(ScaffoldSource source, StageText stage, int width)
    {
        string architecture = source.Config.Architecture;
        string? kind = source.Wishes is not { Pooling: null, Normalize: false } || !source.Has("head.dense.weight") ? null
            : new[] { "ForMaskedLM", "ForSequenceClassification", "ForTokenClassification" }.FirstOrDefault(kind => architecture.EndsWith(kind, StringComparison.Ordinal));
        if (kind is null)
        {
            Outputs.Add(source, stage, null);
            return;
        }

        if (kind == "ForSequenceClassification")
            Outputs.Pooling(stage, source.Config.Text("classifier_pooling") == "mean" ? "mean" : "first");
        stage.Add("Linear", $"{width}", "Activation = " + source.Activation("classifier_activation", "gelu"), source.Has("head.dense.bias") ? null : "Bias = false");
        stage.Add("LayerNorm");
        if (kind == "ForMaskedLM")
            stage.Add("Logits", "Tied = true", source.Has("decoder.bias") ? "Bias = true" : null);
        else if (kind == "ForSequenceClassification")
            stage.Add("Head", $"{source.Shape("classifier.weight", 2)[0]}");
        else
            stage.Add("Linear", $"{source.Shape("classifier.weight", 2)[0]}", "Name = \"classifier\"");
    }
}
