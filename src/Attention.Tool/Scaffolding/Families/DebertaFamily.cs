namespace Attention.Tool.Scaffolding.Families;

/// <summary>DeBERTa, the first, and what came of it: queries and keys meet relative positions.</summary>
internal static class DebertaFamily
{
    /// <summary>The map before the scores of masked words, as the authors' own files have it.</summary>
    private const string OwnHead = "lm_predictions.lm_head.dense.weight";

    public static void Deberta(ScaffoldSource source, ClassText text)
    {
        if (source.Config.Bool("talking_head", false))
            throw source.Config.Cannot("talking_head", "expected false; there are no maps across heads");
        Encoder(source, text, "Deberta", "in_proj", "KeyBias = false", isFirst: true);
    }

    public static void DebertaV2(ScaffoldSource source, ClassText text)
    {
        if (source.Config.TryInt("conv_kernel_size") is > 0)
            throw source.Config.Cannot("conv_kernel_size", "expected 0; there is no convolution over rows, which v2-xlarge and v2-xxlarge have");
        Encoder(source, text, "DebertaV2", "query_proj", null, isFirst: false);
    }

    private static void Encoder(ScaffoldSource source, ClassText text, string layout, string projection, string? option, bool isFirst)
    {
        ModelConfig config = source.Config;
        text.Model.Add($"Layout = WeightLayout.{layout}");
        string prefix = source.PrefixOf("embeddings.word_embeddings.weight");
        int[] table = source.Shape(BertFamily.Join(prefix, "embeddings.word_embeddings.weight"), 2);
        if (config.TryInt("hidden_size") is int hidden && (config.TryInt("embedding_size") ?? hidden) != hidden)
            throw config.Cannot("embedding_size", "expected hidden_size; a map of the table behind which the norm stands cannot be declared");
        int width = source.Agreed(table[1], "channels has its table of tokens", "hidden_size");
        int heads = source.Heads(width, "num_attention_heads");
        if ((config.TryInt("attention_head_size") ?? width / heads) != width / heads)
            throw config.Cannot("attention_head_size", $"expected {width / heads}, as wide as its heads are side by side; others are declared by hand, with HeadWidth");
        (string length, string?[]? positions) = config.Bool("position_biased_input", true)
            ? source.Length(source.Shape(BertFamily.Join(prefix, "embeddings.position_embeddings.weight"), 2)[0]) : (source.Length("max_position_embeddings"), null);
        StageText stage = text.Stage();
        stage.Add("Encoder", $"layers: {source.Layers(BertFamily.Join(prefix, $"encoder.layer.{{}}.attention.self.{projection}.weight"), "num_hidden_layers")}", $"width: {width}", source.Epsilon(1e-7, "layer_norm_eps"), ClassText.Prefix(prefix, "deberta"));
        stage.Add("Embedding", $"vocabulary: {table[0]}", length);
        string types = BertFamily.Join(prefix, "embeddings.token_type_embeddings.weight");
        if (source.Has(types))
            stage.Add("TokenTypes", $"{source.Shape(types, 2)[0]}");
        if (positions is not null)
            stage.Add("Positions", positions);
        stage.Add("LayerNorm");
        AddRelative(source, stage, prefix, isFirst);
        stage.Add("SelfAttention", $"heads: {heads}", option);
        stage.Add("FeedForward", $"{source.Shape(BertFamily.Join(prefix, "encoder.layer.0.intermediate.dense.weight"), 2)[0]}", source.Activation("hidden_act", "gelu"));
        string transform = source.Has(OwnHead) ? OwnHead : "cls.predictions.transform.dense.weight";
        Outputs.Add(source, stage, ("classifier.weight", source.Activation("pooler_hidden_act", "gelu")), (transform, source.Activation("hidden_act", "gelu")));
    }

    private static void AddRelative(ScaffoldSource source, StageText stage, string prefix, bool isFirst)
    {
        ModelConfig config = source.Config;
        string[] terms = TermsOf(config);
        if (config.Bool("relative_attention", false) != terms.Length > 0)
            throw config.Cannot("pos_att_type", "expected c2p, p2c or both where relative_attention is true, and none where it is not");
        if (terms.Length == 0)
            return;
        int most = config.TryInt("max_relative_positions") is int told and > 0 ? told : config.Int("max_position_embeddings"), buckets = isFirst ? -1 : config.TryInt("position_buckets") ?? -1;
        int rows = source.Shape(BertFamily.Join(prefix, "encoder.rel_embeddings.weight"), 2)[0], expected = 2 * (buckets > 0 ? buckets : most);
        if (rows != expected)
            throw new ToolException($"{source.Checkpoint.Path}: expected {expected} rows of 'encoder.rel_embeddings.weight', twice {(buckets > 0 ? "position_buckets" : "max_relative_positions")} of config.json, found {rows}; take both from one revision.");
        bool isNormed = !isFirst && (config.Text("norm_rel_ebd") ?? "none").Split('|').Any(kind => kind.Trim() == "layer_norm");
        bool isShared = !isFirst && config.Bool("share_att_key", false);
        stage.Add(
            "DisentangledPositions", $"buckets: {rows / 2}", buckets > 0 ? $"MaxDistance = {most}" : null, isNormed ? "Norm = true" : null, isShared ? null : "OwnProjections = true",
            terms.Length == 2 ? null : $"Terms = DisentangledTerms.{(terms[0] == "c2p" ? "ContentToPosition" : "PositionToContent")}");
    }

    /// <summary>Which products with relative positions there are, a list or a text.</summary>
    private static string[] TermsOf(ModelConfig config)
    {
        string[] terms = !config.Has("pos_att_type") ? [] : config.IsList("pos_att_type") ? config.Texts("pos_att_type") : config.Text("pos_att_type")!.Split('|');
        terms = [.. terms.Select(term => term.Trim().ToLowerInvariant()).Where(term => term.Length > 0).Distinct()];
        return terms.All(term => term is "c2p" or "p2c") ? terms : throw config.Cannot("pos_att_type", "expected c2p, p2c or both");
    }
}
