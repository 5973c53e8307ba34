using Attention.Generator.Graph;
using static Attention.Generator.Graph.ParameterRole;

namespace Attention.Generator.Weights;

/// <summary>
/// How one checkpoint family names its tensors. Names are data: in a template <c>{prefix}</c> stands for the stage's
/// prefix, <c>{parent}</c> for the prefix without its last word, <c>{layer}</c> for the layer, <c>{n}</c> for the ordinal
/// counted from 1, <c>{n?}</c> for the same but nothing for the first.
/// </summary>
/// <param name="Name">The member of the DSL's <c>WeightLayout</c>.</param>
/// <param name="EncoderPrefix">The prefix of an encoder that does not say one.</param>
/// <param name="DecoderPrefix">The prefix of a decoder that does not say one.</param>
/// <param name="Rows">A row for each role; a bias without one is called as its weight, with <c>bias</c> for <c>weight</c>.</param>
internal sealed record Layout(string Name, string EncoderPrefix, string DecoderPrefix, IReadOnlyDictionary<ParameterRole, LayoutRow> Rows)
{
    /// <summary>
    /// PyTorch's <c>nn.Transformer</c>; what that class leaves to its user (sources, positions, outputs) is named by
    /// what it is. Query, key and value are one stacked tensor, except where queries and keys have other widths
    /// (<c>nn.MultiheadAttention</c> with <c>kdim</c>).
    /// </summary>
    private static readonly Layout s_pyTorch = new("PyTorch", "transformer.encoder", "transformer.decoder", new Dictionary<ParameterRole, LayoutRow>
    {
        [Embedding] = new("{prefix}.embedding"),
        [LearnedPositions] = new("{prefix}.positions"),
        [TokenTypes] = new("{prefix}.token_types"),
        [ClassToken] = new("{prefix}.class_token", ""),
        [Patches] = new("{prefix}.patches"),
        [Source] = new("{prefix}.source"),
        [StemNormWeight] = new("{prefix}.embedding_norm{n?}"),
        [SelfQuery] = new("{prefix}.layers.{layer}.self_attn", ".in_proj_weight", Stack.First),
        [SelfKey] = new("{prefix}.layers.{layer}.self_attn", ".in_proj_weight", Stack.Second),
        [SelfValue] = new("{prefix}.layers.{layer}.self_attn", ".in_proj_weight", Stack.Third),
        [SelfOutput] = new("{prefix}.layers.{layer}.self_attn", ".out_proj.weight"),
        [SelfNormWeight] = new("{prefix}.layers.{layer}.norm{n}"),
        [CrossQuery] = new("{prefix}.layers.{layer}.multihead_attn", ".in_proj_weight", Stack.First) { Unstacked = ".q_proj_weight" },
        [CrossQueryBias] = new("{prefix}.layers.{layer}.multihead_attn", ".in_proj_bias", Stack.First),
        [CrossKey] = new("{prefix}.layers.{layer}.multihead_attn", ".in_proj_weight", Stack.Second) { Unstacked = ".k_proj_weight" },
        [CrossKeyBias] = new("{prefix}.layers.{layer}.multihead_attn", ".in_proj_bias", Stack.Second),
        [CrossValue] = new("{prefix}.layers.{layer}.multihead_attn", ".in_proj_weight", Stack.Third) { Unstacked = ".v_proj_weight" },
        [CrossValueBias] = new("{prefix}.layers.{layer}.multihead_attn", ".in_proj_bias", Stack.Third),
        [CrossOutput] = new("{prefix}.layers.{layer}.multihead_attn", ".out_proj.weight"),
        [CrossNormWeight] = new("{prefix}.layers.{layer}.norm{n}"),
        [Hidden] = new("{prefix}.layers.{layer}", ".linear1.weight"),
        [Contract] = new("{prefix}.layers.{layer}", ".linear2.weight"),
        [FeedForwardNormWeight] = new("{prefix}.layers.{layer}.norm{n}"),
        [FinalNormWeight] = new("{prefix}.norm"),
        [OutputNormWeight] = new("{prefix}.output_norm{n?}"),
        [Linear] = new("{prefix}.linear{n?}"),
        [Pooler] = new("{prefix}.pooler"),
        [Head] = new("{prefix}.head"),
        [Logits] = new("{prefix}.logits"),
    });

    private static readonly Layout s_bart = new("Bart", "model.encoder", "model.decoder", new Dictionary<ParameterRole, LayoutRow>
    {
        [Embedding] = new("{parent}.shared"),
        [LearnedPositions] = new("{prefix}.embed_positions"),
        [StemNormWeight] = new("{prefix}.layernorm_embedding"),
        [SelfQuery] = new("{prefix}.layers.{layer}.self_attn", ".q_proj.weight"),
        [SelfKey] = new("{prefix}.layers.{layer}.self_attn", ".k_proj.weight"),
        [SelfValue] = new("{prefix}.layers.{layer}.self_attn", ".v_proj.weight"),
        [SelfOutput] = new("{prefix}.layers.{layer}.self_attn", ".out_proj.weight"),
        [SelfNormWeight] = new("{prefix}.layers.{layer}.self_attn_layer_norm"),
        [CrossQuery] = new("{prefix}.layers.{layer}.encoder_attn", ".q_proj.weight"),
        [CrossKey] = new("{prefix}.layers.{layer}.encoder_attn", ".k_proj.weight"),
        [CrossValue] = new("{prefix}.layers.{layer}.encoder_attn", ".v_proj.weight"),
        [CrossOutput] = new("{prefix}.layers.{layer}.encoder_attn", ".out_proj.weight"),
        [CrossNormWeight] = new("{prefix}.layers.{layer}.encoder_attn_layer_norm"),
        [Hidden] = new("{prefix}.layers.{layer}", ".fc1.weight"),
        [Contract] = new("{prefix}.layers.{layer}", ".fc2.weight"),
        [FeedForwardNormWeight] = new("{prefix}.layers.{layer}.final_layer_norm"),
        [FinalNormWeight] = new("{prefix}.layer_norm"),
        [Pooler] = new("classification_head.dense"),
        [Head] = new("classification_head.out_proj"),
        [Logits] = new("lm_head"),
        [LogitsBias] = new("final_logits_bias", ""),
    });

    private static readonly Layout s_bert = new("Bert", "bert", "bert", new Dictionary<ParameterRole, LayoutRow>
    {
        [Embedding] = new("{prefix}.embeddings.word_embeddings"),
        [LearnedPositions] = new("{prefix}.embeddings.position_embeddings"),
        [TokenTypes] = new("{prefix}.embeddings.token_type_embeddings"),
        [StemNormWeight] = new("{prefix}.embeddings.LayerNorm"),
        [SelfQuery] = new("{prefix}.encoder.layer.{layer}.attention", ".self.query.weight"),
        [SelfKey] = new("{prefix}.encoder.layer.{layer}.attention", ".self.key.weight"),
        [SelfValue] = new("{prefix}.encoder.layer.{layer}.attention", ".self.value.weight"),
        [SelfOutput] = new("{prefix}.encoder.layer.{layer}.attention", ".output.dense.weight"),
        [SelfNormWeight] = new("{prefix}.encoder.layer.{layer}.attention.output.LayerNorm"),
        [CrossQuery] = new("{prefix}.encoder.layer.{layer}.crossattention", ".self.query.weight"),
        [CrossKey] = new("{prefix}.encoder.layer.{layer}.crossattention", ".self.key.weight"),
        [CrossValue] = new("{prefix}.encoder.layer.{layer}.crossattention", ".self.value.weight"),
        [CrossOutput] = new("{prefix}.encoder.layer.{layer}.crossattention", ".output.dense.weight"),
        [CrossNormWeight] = new("{prefix}.encoder.layer.{layer}.crossattention.output.LayerNorm"),
        [Hidden] = new("{prefix}.encoder.layer.{layer}", ".intermediate.dense.weight"),
        [Contract] = new("{prefix}.encoder.layer.{layer}", ".output.dense.weight"),
        [FeedForwardNormWeight] = new("{prefix}.encoder.layer.{layer}.output.LayerNorm"),
        [Pooler] = new("{prefix}.pooler.dense"),
        [Head] = new("classifier"),
    });

    private static readonly Layout s_roberta = new("Roberta", "roberta", "roberta", new Dictionary<ParameterRole, LayoutRow>(s_bert.Rows.ToDictionary(row => row.Key, row => row.Value))
    {
        [Pooler] = new("classifier.dense"),
        [Head] = new("classifier.out_proj"),
    });

    private static readonly Layout s_distilBert = new("DistilBert", "distilbert", "distilbert", new Dictionary<ParameterRole, LayoutRow>
    {
        [Embedding] = new("{prefix}.embeddings.word_embeddings"),
        [LearnedPositions] = new("{prefix}.embeddings.position_embeddings"),
        [StemNormWeight] = new("{prefix}.embeddings.LayerNorm"),
        [SelfQuery] = new("{prefix}.transformer.layer.{layer}.attention", ".q_lin.weight"),
        [SelfKey] = new("{prefix}.transformer.layer.{layer}.attention", ".k_lin.weight"),
        [SelfValue] = new("{prefix}.transformer.layer.{layer}.attention", ".v_lin.weight"),
        [SelfOutput] = new("{prefix}.transformer.layer.{layer}.attention", ".out_lin.weight"),
        [SelfNormWeight] = new("{prefix}.transformer.layer.{layer}.sa_layer_norm"),
        [Hidden] = new("{prefix}.transformer.layer.{layer}.ffn", ".lin1.weight"),
        [Contract] = new("{prefix}.transformer.layer.{layer}.ffn", ".lin2.weight"),
        [FeedForwardNormWeight] = new("{prefix}.transformer.layer.{layer}.output_layer_norm"),
        [Pooler] = new("pre_classifier"),
        [Head] = new("classifier"),
    });

    private static readonly Layout s_vit = new("Vit", "vit", "vit", new Dictionary<ParameterRole, LayoutRow>
    {
        [ClassToken] = new("{prefix}.embeddings.cls_token", ""),
        [LearnedPositions] = new("{prefix}.embeddings.position_embeddings", ""),
        [Patches] = new("{prefix}.embeddings.patch_embeddings.projection"),
        [SelfQuery] = new("{prefix}.encoder.layer.{layer}.attention", ".attention.query.weight"),
        [SelfKey] = new("{prefix}.encoder.layer.{layer}.attention", ".attention.key.weight"),
        [SelfValue] = new("{prefix}.encoder.layer.{layer}.attention", ".attention.value.weight"),
        [SelfOutput] = new("{prefix}.encoder.layer.{layer}.attention", ".output.dense.weight"),
        [SelfNormWeight] = new("{prefix}.encoder.layer.{layer}.layernorm_before"),
        [Hidden] = new("{prefix}.encoder.layer.{layer}", ".intermediate.dense.weight"),
        [Contract] = new("{prefix}.encoder.layer.{layer}", ".output.dense.weight"),
        [FeedForwardNormWeight] = new("{prefix}.encoder.layer.{layer}.layernorm_after"),
        [FinalNormWeight] = new("{prefix}.layernorm"),
        [Pooler] = new("{prefix}.pooler.dense"),
        [Head] = new("classifier"),
    });

    private static readonly Layout s_vitPyTorch = new("VitPyTorch", "transformer", "transformer", new Dictionary<ParameterRole, LayoutRow>
    {
        [ClassToken] = new("{parent}.cls_token", ""),
        [LearnedPositions] = new("{parent}.pos_embedding", ""),
        [Patches] = new("{parent}.to_patch_embedding.1") { ChannelsLast = true },
        [SelfQuery] = new("{prefix}.layers.{layer}.0", ".fn.to_qkv.weight", Stack.First),
        [SelfKey] = new("{prefix}.layers.{layer}.0", ".fn.to_qkv.weight", Stack.Second),
        [SelfValue] = new("{prefix}.layers.{layer}.0", ".fn.to_qkv.weight", Stack.Third),
        [SelfOutput] = new("{prefix}.layers.{layer}.0", ".fn.to_out.0.weight"),
        [SelfNormWeight] = new("{prefix}.layers.{layer}.0.norm"),
        [Hidden] = new("{prefix}.layers.{layer}.1", ".fn.net.0.weight"),
        [Contract] = new("{prefix}.layers.{layer}.1", ".fn.net.3.weight"),
        [FeedForwardNormWeight] = new("{prefix}.layers.{layer}.1.norm"),
        [FinalNormWeight] = new("{prefix}.norm"),
        [OutputNormWeight] = new("{parent}.mlp_head.0"),
        [Head] = new("{parent}.mlp_head.1"),
    });

    private static readonly Layout s_gpt2 = new("Gpt2", "transformer", "transformer", new Dictionary<ParameterRole, LayoutRow>
    {
        [Embedding] = new("{prefix}.wte"),
        [LearnedPositions] = new("{prefix}.wpe"),
        [SelfQuery] = new("{prefix}.h.{layer}.attn", ".c_attn.weight", Stack.First) { Transposed = true },
        [SelfKey] = new("{prefix}.h.{layer}.attn", ".c_attn.weight", Stack.Second) { Transposed = true },
        [SelfValue] = new("{prefix}.h.{layer}.attn", ".c_attn.weight", Stack.Third) { Transposed = true },
        [SelfOutput] = new("{prefix}.h.{layer}.attn", ".c_proj.weight") { Transposed = true },
        [SelfNormWeight] = new("{prefix}.h.{layer}.ln_1"),
        [Hidden] = new("{prefix}.h.{layer}.mlp", ".c_fc.weight") { Transposed = true },
        [Contract] = new("{prefix}.h.{layer}.mlp", ".c_proj.weight") { Transposed = true },
        [FeedForwardNormWeight] = new("{prefix}.h.{layer}.ln_2"),
        [FinalNormWeight] = new("{prefix}.ln_f"),
        [Logits] = new("lm_head"),
    });

    private static readonly Layout[] s_all = [s_pyTorch, s_bart, s_bert, s_roberta, s_distilBert, s_vit, s_vitPyTorch, s_gpt2];

    /// <summary>The layout that a member of the DSL names.</summary>
    public static Layout Of(WeightLayout layout) => s_all.First(candidate => candidate.Name == layout.ToString());

    /// <summary>The role of the weight that a bias belongs to, or the weight's own.</summary>
    public static ParameterRole WeightOf(ParameterRole role) => IsBias(role) ? role - 1 : role;

    public static bool IsBias(ParameterRole role) => role.ToString().EndsWith("Bias", StringComparison.Ordinal);

    /// <summary>Whether a weight is a linear map's: neither a table nor a row nor a norm's.</summary>
    public static bool IsMap(ParameterRole weight) =>
        weight is not (Embedding or LearnedPositions or TokenTypes or ClassToken) && !weight.ToString().EndsWith("NormWeight", StringComparison.Ordinal);

    /// <summary>Whether the tensor is the stage's rather than the part's, so that a part's <c>Name</c> leaves it alone.</summary>
    public static bool IsOfStage(ParameterRole role) => WeightOf(role) is SelfNormWeight or CrossNormWeight or FeedForwardNormWeight or FinalNormWeight or Pooler;

    /// <summary>The row of a role, null where the family has no such tensor.</summary>
    public LayoutRow? RowOf(ParameterRole role) =>
        Rows.TryGetValue(role, out LayoutRow? row) ? row
        : IsBias(role) && Rows.TryGetValue(role - 1, out LayoutRow? weight) ? weight.OfBias()
        : null;
}

/// <summary>Which third of a stacked tensor a parameter is.</summary>
internal enum Stack
{
    None = -1,
    First,
    Second,
    Third,
}

/// <summary>One row of a layout.</summary>
/// <param name="Stem">The template up to the last word; a part's <c>Name</c> replaces it.</param>
/// <param name="Suffix">The end of the name.</param>
/// <param name="Stack">The third of a stacked tensor that the parameter is.</param>
internal sealed record LayoutRow(string Stem, string Suffix = ".weight", Stack Stack = Stack.None)
{
    /// <summary>The suffix where the stacked parts do not have the same inputs, and so are tensors of their own.</summary>
    public string? Unstacked { get; init; }

    /// <summary>Whether a linear map's tensor is input × output.</summary>
    public bool Transposed { get; init; }

    /// <summary>Whether the values of a patch have the channel last.</summary>
    public bool ChannelsLast { get; init; }

    /// <summary>The row of the bias that goes with this weight.</summary>
    public LayoutRow OfBias() => new(Stem, BiasName(Suffix) ?? Suffix, Stack);

    /// <summary>A weight's name with its last <c>weight</c> replaced by <c>bias</c>; null if it has none.</summary>
    public static string? BiasName(string weight)
    {
        int at = weight.LastIndexOf("weight", StringComparison.Ordinal);
        return at < 0 ? null : weight.Substring(0, at) + "bias" + weight.Substring(at + "weight".Length);
    }
}
