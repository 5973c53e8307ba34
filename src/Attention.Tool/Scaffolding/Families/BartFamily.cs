using static Attention.Tool.Scaffolding.Families.BertFamily;

namespace Attention.Tool.Scaffolding.Families;

/// <summary>An encoder of one text and a decoder of another.</summary>
internal static class BartFamily
{
    /// <summary>BART's tables have two rows that no position has.</summary>
    private const int Unused = 2;

    public static void Bart(ScaffoldSource source, ClassText text) => Declare(source, text, isBefore: false);

    public static void Marian(ScaffoldSource source, ClassText text) => Declare(source, text, isBefore: false, "PositionKind.SinusoidalHalves");

    public static void Mbart(ScaffoldSource source, ClassText text) => Declare(source, text, isBefore: true);

    /// <summary>M2M100 and NLLB.</summary>
    public static void M2M(ScaffoldSource source, ClassText text) => Declare(source, text, isBefore: true, "PositionKind.SinusoidalTimescales", $"Offset = {source.Config.TryInt("pad_token_id") + 1 ?? Unused}");

    /// <param name="isBefore">Whether norms stand before the sub-layers, and one behind the last.</param>
    /// <param name="computed">What computes positions; nothing for a table.</param>
    private static void Declare(ScaffoldSource source, ClassText text, bool isBefore, params string[] computed)
    {
        ModelConfig config = source.Config;
        foreach (string field in isBefore ? Array.Empty<string>() : ["normalize_before", "add_final_layer_norm"])
        {
            if (config.Bool(field, false))
                throw config.Cannot(field, "expected false; declare Norm and FinalNorm by hand");
        }

        Outputs.Refuse(source);
        (string prefix, string tokens, string? name) = source.SharedTable();
        int[] table = source.Shape(tokens, 2);
        text.Model.Add("Layout = WeightLayout.Bart");
        foreach (string side in new[] { "encoder", "decoder" })
        {
            bool isEncoder = side == "encoder";
            string own = Join(prefix, side);
            StageText stage = text.Stage(isEncoder ? "Source" : "Target");
            stage.Summary = isEncoder ? "What is read." : "What is written.";
            stage.Add(isEncoder ? "Encoder" : "Decoder", $"layers: {source.Layers(own + ".layers.{}.self_attn.q_proj.weight", side + "_layers")}",
                $"width: {source.Agreed(table[1], "channels has its table of tokens", "d_model")}", isBefore ? "Norm = NormPlacement.Pre" : null, isBefore ? "FinalNorm = true" : null, ClassText.Prefix(own, "model." + side));
            (string length, string?[] positions) = computed.Length > 0 ? (source.Length("max_position_embeddings"), computed)
                : source.Length(source.Shape(own + ".embed_positions.weight", 2)[0], Unused);
            stage.Add("Embedding", $"vocabulary: {table[0]}", length, config.Bool("scale_embedding", false) ? "Scaled = true" : null, isEncoder ? name : "Shares = nameof(Source)");
            stage.Add("Positions", positions);
            if (source.Has(own + ".layernorm_embedding.weight"))
                stage.Add("LayerNorm");
            stage.Add("SelfAttention", $"heads: {source.Heads(table[1], side + "_attention_heads")}");
            if (!isEncoder)
                stage.Add("CrossAttention", "from: nameof(Source)");
            stage.Add("FeedForward", $"{source.Shape(own + ".layers.0.fc1.weight", 2)[0]}", source.Activation("activation_function", "gelu"));
            if (!isEncoder)
                stage.Add("Logits", "Tied = true", source.Has("final_logits_bias") ? "Bias = true" : null);
        }
    }
}
