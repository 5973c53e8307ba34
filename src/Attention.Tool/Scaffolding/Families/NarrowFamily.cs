using static Attention.Tool.Scaffolding.Families.BertFamily;

namespace Attention.Tool.Scaffolding.Families;

/// <summary>Encoders of text whose tables may be narrower than their rows.</summary>
internal static class NarrowFamily
{
    public static void Albert(ScaffoldSource source, ClassText text)
    {
        ModelConfig config = source.Config;
        string prefix = source.PrefixOf("embeddings.word_embeddings.weight"), group = Join(prefix, "encoder.albert_layer_groups.0.albert_layers.0.");
        if (config.TryInt("inner_group_num") is not (null or 1))
            throw config.Cannot("inner_group_num", "expected 1; layers of several are declared by hand, as parts of one body with [Tensor] for their names");
        int groups = source.Layers(Join(prefix, "encoder.albert_layer_groups.{}.albert_layers.0.ffn.weight"), "num_hidden_groups"), layers = config.Int("num_hidden_layers");
        if (layers < groups)
            throw config.Cannot("num_hidden_layers", $"expected at least {groups}, as many as there are groups");
        int[] hidden = source.Shape(group + "ffn.weight", 2);
        StageText stage = Begin(source, text, "Albert", "albert", prefix, "encoder.embedding_hidden_mapping_in.weight", layers, hidden[1], "Shared = true", groups == 1 ? null : $"SharedGroups = {groups}");
        stage.Add("FeedForward", $"{hidden[0]}", source.Activation("hidden_act", "gelu_new"));
        Outputs.Add(source, stage, ("classifier.weight", "Activation.Tanh"), ("predictions.dense.weight", source.Activation("hidden_act", "gelu_new")));
    }

    public static void Electra(ScaffoldSource source, ClassText text)
    {
        string prefix = source.PrefixOf("embeddings.word_embeddings.weight");
        int[] hidden = source.Shape(Join(prefix, "encoder.layer.0.intermediate.dense.weight"), 2);
        StageText stage = Begin(source, text, "Electra", "electra", prefix, "embeddings_project.weight", source.Layers(Join(prefix, "encoder.layer.{}.attention.self.query.weight"), "num_hidden_layers"), hidden[1]);
        string activation = source.Activation("hidden_act", "gelu");
        stage.Add("FeedForward", $"{hidden[0]}", activation);
        const string Dense = "discriminator_predictions.dense", Score = "discriminator_predictions.dense_prediction";
        if (source.Config.Architecture.EndsWith("ForPreTraining", StringComparison.Ordinal) && source.Has(Dense + ".weight") && source.Wishes is { Pooling: null, Normalize: false })
        {
            stage.Add("Linear", $"{hidden[1]}", "Activation = " + activation, $"Name = \"{Dense}\"");
            stage.Add("Linear", "1", $"Name = \"{Score}\"");
            return;
        }

        Outputs.Add(source, stage, ("classifier.out_proj.weight", "Activation.Gelu"), ("generator_predictions.dense.weight", "Activation.Gelu"));
    }

    /// <summary>The stage up to its attention; a map makes rows of the tables as wide as the others.</summary>
    private static StageText Begin(ScaffoldSource source, ClassText text, string layout, string usual, string prefix, string map, int layers, int width, params string?[] more)
    {
        if (source.Config.Text("position_embedding_type") is not (null or "absolute"))
            throw source.Config.Cannot("position_embedding_type", "expected absolute; relative keys cannot be declared");
        text.Model.Add($"Layout = WeightLayout.{layout}");
        int[] table = source.Shape(Join(prefix, "embeddings.word_embeddings.weight"), 2);
        source.Agreed(width, "channels have its rows", "hidden_size");
        source.Agreed(table[1], "channels has its table of tokens", "embedding_size");
        (string length, string?[] positions) = source.Length(source.Shape(Join(prefix, "embeddings.position_embeddings.weight"), 2)[0]);
        StageText stage = text.Stage();
        stage.Add("Encoder", [$"layers: {layers}", $"width: {width}", source.Epsilon(1e-12, "layer_norm_eps"), .. more, ClassText.Prefix(prefix, usual)]);
        stage.Add("Embedding", $"vocabulary: {table[0]}", length, source.Has(Join(prefix, map)) ? $"Width = {table[1]}" : null);
        stage.Add("TokenTypes", $"{source.Shape(Join(prefix, "embeddings.token_type_embeddings.weight"), 2)[0]}");
        stage.Add("Positions", positions);
        stage.Add("LayerNorm");
        stage.Add("SelfAttention", $"heads: {source.Heads(width, "num_attention_heads")}");
        return stage;
    }
}
