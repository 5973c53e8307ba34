namespace Attention.Tool.Scaffolding.Families;

/// <summary>BERT and the encoders of text that came of it.</summary>
internal static class BertFamily
{
    private const string Tanh = "Activation.Tanh", Relu = "Activation.Relu", Transform = "cls.predictions.transform";

    public static void Bert(ScaffoldSource source, ClassText text) => Encoder(source, text, "Bert", "bert", 0, ("classifier.weight", Tanh), (Transform + ".dense.weight", source.Activation("hidden_act", "gelu")));

    /// <summary>Positions begin behind the id of padding.</summary>
    public static void Roberta(ScaffoldSource source, ClassText text) => Encoder(source, text, "Roberta", "roberta", Offset(source), ("classifier.out_proj.weight", Tanh), ("lm_head.dense.weight", "Activation.Gelu"));

    /// <summary>Its window counts both sides, and its first row is the global one, as in classification.</summary>
    public static void Longformer(ScaffoldSource source, ClassText text)
    {
        int[] windows = [.. source.Config.Ints("attention_window").Distinct()];
        if (windows.Length != 1 || windows[0] % 2 != 0)
            throw source.Config.Cannot("attention_window", "expected one even number for all layers; declare a [SelfAttention(…, Window = …, At = …)] for each by hand");
        source.Notes.Add("Global = 1: the first row sees all and is seen by all, as in classification. Other global rows, which calls of Hugging Face's library may choose, cannot be declared.");
        Encoder(source, text, "Longformer", "longformer", Offset(source), ("classifier.out_proj.weight", Tanh), option: $"Window = {windows[0] / 2}, Global = 1, GlobalProjections = true");
    }

    /// <summary>Transformers takes block 0 for every random block outside of training, and attends to all of a short sequence.</summary>
    public static void BigBird(ScaffoldSource source, ClassText text)
    {
        ModelConfig config = source.Config;
        string? blocks = null, option = null;
        switch (config.Text("attention_type"))
        {
            case null or "block_sparse":
                int block = config.TryInt("block_size") ?? 64, random = config.TryInt("num_random_blocks") ?? 3;
                (blocks, option) = ($"block: {block}", $"Random = {random}{(random > 0 ? ", RandomIsFirst = true" : "")}");
                source.Notes.Add($"Hugging Face's library attends to all of a text of up to {(5 + (2L * random)) * block} tokens, as attention_type original_full does; this attends by blocks, whatever the length.");
                break;
            case "original_full":
                break;
            default:
                throw config.Cannot("attention_type", "expected block_sparse or original_full");
        }

        if (config.Bool("rescale_embeddings", false))
            throw config.Cannot("rescale_embeddings", "expected false; scaled embeddings are declared by hand, with [Embedding(…, Scaled = true)]");
        Encoder(source, text, "Bert", "bert", 0, null, (Transform + ".dense.weight", source.Activation("hidden_act", "gelu_new")), option, blocks, "gelu_new");
    }

    public static void MpNet(ScaffoldSource source, ClassText text)
    {
        const string Layer = "{prefix}.encoder.layer.{layer}.attention";
        foreach ((string role, string name) in new[] { ("SelfQuery", "attn.q"), ("SelfKey", "attn.k"), ("SelfValue", "attn.v"), ("SelfOutput", "attn.o"), ("SelfNorm", "LayerNorm") })
            text.Tensors.Add($"[Tensor(TensorRole.{role}, \"{Layer}.{name}.weight\")]");
        text.Tensors.Add("[Tensor(TensorRole.RelativeBias, \"{prefix}.encoder.relative_attention_bias.weight\")]");
        string prefix = source.PrefixOf("embeddings.word_embeddings.weight");
        int buckets = source.Agreed(source.Shape(Join(prefix, "encoder.relative_attention_bias.weight"), 2)[0], "buckets are", "relative_attention_num_buckets");
        Encoder(source, text, "Bert", "bert", Offset(source), null, option: $"RelativeBuckets = {buckets}");
    }

    public static void DistilBert(ScaffoldSource source, ClassText text)
    {
        string prefix = source.PrefixOf("embeddings.word_embeddings.weight");
        (StageText stage, int width, string?[] positions) = Begin(source, text, "DistilBert", "distilbert", prefix, 0, Join(prefix, "transformer.layer.{}.attention.q_lin.weight"), ["dim"], ["n_layers"], null);
        stage.Add("Positions", positions);
        stage.Add("LayerNorm");
        stage.Add("SelfAttention", $"heads: {source.Heads(width, "n_heads")}");
        stage.Add("FeedForward", $"{source.Shape(Join(prefix, "transformer.layer.0.ffn.lin1.weight"), 2)[0]}", source.Activation("activation", "gelu"));
        Outputs.Add(source, stage, ("classifier.weight", Relu), ("vocab_transform.weight", source.Activation("activation", "gelu")));
    }

    private static void Encoder(ScaffoldSource source, ClassText text, string layout, string usual, int offset, (string, string?)? head, (string, string)? transform = null, string? option = null, string? blocks = null, string activation = "gelu")
    {
        if (source.Config.Text("position_embedding_type") is not (null or "absolute"))
            throw source.Config.Cannot("position_embedding_type", "expected absolute; relative keys cannot be declared");
        if (source.Config.Bool("is_decoder", false))
            throw source.Config.Cannot("is_decoder", "a decoder of these names is declared by hand, with [Decoder] and [Logits]");
        string prefix = source.PrefixOf("embeddings.word_embeddings.weight");
        string layer = Join(prefix, text.Tensors.Exists(tensor => tensor.Contains("attn.q", StringComparison.Ordinal)) ? "encoder.layer.{}.attention.attn.q.weight" : "encoder.layer.{}.attention.self.query.weight");
        (StageText stage, int width, string?[] positions) = Begin(source, text, layout, usual, prefix, offset, layer, ["hidden_size"], ["num_hidden_layers"], "layer_norm_eps");
        if (source.Has(Join(prefix, "embeddings.token_type_embeddings.weight")))
            stage.Add("TokenTypes", $"{source.Shape(Join(prefix, "embeddings.token_type_embeddings.weight"), 2)[0]}");
        stage.Add("Positions", positions);
        stage.Add("LayerNorm");
        stage.Add(blocks is null ? "SelfAttention" : "BigBirdAttention", blocks, $"heads: {source.Heads(width, "num_attention_heads")}", option);
        stage.Add("FeedForward", $"{source.Shape(Join(prefix, "encoder.layer.0.intermediate.dense.weight"), 2)[0]}", source.Activation("hidden_act", activation));
        Outputs.Add(source, stage, head, transform);
    }

    /// <summary>The model's attribute, the stage's, and its table.</summary>
    private static (StageText Stage, int Width, string?[] Positions) Begin(
        ScaffoldSource source, ClassText text, string layout, string usual, string prefix, int offset, string layer, string[] widths, string[] layers, string? epsilon)
    {
        text.Model.Add($"Layout = WeightLayout.{layout}");
        int[] table = source.Shape(Join(prefix, "embeddings.word_embeddings.weight"), 2);
        int width = source.Agreed(table[1], "channels has its table of tokens", widths);
        (string length, string?[] positions) = source.Length(source.Shape(Join(prefix, "embeddings.position_embeddings.weight"), 2)[0], offset);
        StageText stage = text.Stage();
        stage.Add("Encoder", $"layers: {source.Layers(layer, layers)}", $"width: {width}", source.Epsilon(1e-12, epsilon ?? "layer_norm_eps"), ClassText.Prefix(prefix, usual));
        stage.Add("Embedding", $"vocabulary: {table[0]}", length);
        return (stage, width, positions);
    }

    /// <summary>The row of position 0, one behind that of padding.</summary>
    private static int Offset(ScaffoldSource source) => (source.Config.TryInt("pad_token_id") ?? 1) + 1;

    internal static string Join(string prefix, string name) => prefix.Length == 0 ? name : $"{prefix}.{name}";
}
