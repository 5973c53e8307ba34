using static Attention.Tool.Scaffolding.Families.BertFamily;

namespace Attention.Tool.Scaffolding.Families;

/// <summary>T5 1.0 and 1.1, flan-T5 and mT5; an encoder alone where the file has no decoder.</summary>
internal static class T5Family
{
    public static void T5(ScaffoldSource source, ClassText text)
    {
        ModelConfig config = source.Config;
        bool hasDecoder = source.Has("decoder.final_layer_norm.weight"), isGated = source.Has("encoder.block.0.layer.1.DenseReluDense.wi_0.weight");
        if (hasDecoder)
            Outputs.Refuse(source);
        (_, string table, string? name) = source.SharedTable();
        int[] tokens = source.Shape(table, 2);
        int width = source.Agreed(tokens[1], "channels has its table of tokens", "d_model"), inner = source.Shape("encoder.block.0.layer.0.SelfAttention.q.weight", 2)[0], heads = source.Heads(inner, "num_heads");
        int buckets = source.Agreed(source.Shape("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", 2)[0], "buckets has its table of distances", "relative_attention_num_buckets");
        string projection = config.Text("feed_forward_proj") ?? (isGated ? "gated-gelu" : "relu"), named = projection.StartsWith("gated-", StringComparison.Ordinal) ? projection["gated-".Length..] : projection;
        if (isGated == (named == projection))
            throw config.Cannot("feed_forward_proj", isGated ? "expected a gated one, since the tensors are" : "expected one without a gate, since the tensors have none");
        string activation = source.Activation("dense_act_fn", isGated && named == "gelu" ? "gelu_new" : named), length = source.Length("n_positions");
        string?[] attention = [$"heads: {heads}", inner == width ? null : $"HeadWidth = {inner / heads}", "Scale = 1"];
        string distance = $"RelativeDistance = {config.TryInt("relative_attention_max_distance") ?? 128}";
        text.Model.Add("Layout = WeightLayout.T5");
        foreach (string side in hasDecoder ? new[] { "encoder", "decoder" } : ["encoder"])
        {
            bool isEncoder = side == "encoder";
            StageText stage = text.Stage(hasDecoder ? isEncoder ? "Source" : "Target" : null);
            stage.Summary = isEncoder ? "What is read." : "What is written.";
            stage.Add(isEncoder ? "Encoder" : "Decoder", $"layers: {source.Layers(side + ".block.{}.layer.0.SelfAttention.q.weight", isEncoder || !config.Has("num_decoder_layers") ? "num_layers" : "num_decoder_layers")}", $"width: {width}",
                "Norm = NormPlacement.Pre", "Kind = NormKind.Rms", source.Epsilon(1e-6, "layer_norm_epsilon"), "FinalNorm = true", "Bias = false");
            stage.Add("Embedding", $"vocabulary: {tokens[0]}", length, isEncoder ? null : "Shares = nameof(Source)", isEncoder ? name : null);
            stage.Add("SelfAttention", [.. attention, $"RelativeBuckets = {buckets}", distance]);
            if (!isEncoder)
                stage.Add("CrossAttention", ["from: nameof(Source)", .. attention]);
            stage.Add("FeedForward", $"{source.Shape($"{side}.block.0.layer.{(isEncoder ? 1 : 2)}.DenseReluDense.wo.weight", 2)[1]}", activation, isGated ? "Gated = true" : null);
            if (isEncoder)
                continue;
            // Files that tell whether rows are scaled say that tables are tied even where there is a map of scores.
            bool isTold = config.Has("scale_decoder_outputs"), isTied = config.Bool("tie_word_embeddings", true) && !(isTold && source.Has("lm_head.weight")), isScaled = config.Bool("scale_decoder_outputs", isTied);
            stage.Add("Logits", isTied ? "Tied = true" : "Bias = false", isScaled ? $"Scale = {ModelConfig.Number(1 / Math.Sqrt(width))}" : null);
        }

        if (!hasDecoder)
            Outputs.Add(source, text.Stages[0], null);
    }
}
