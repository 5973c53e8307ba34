using static Attention.Tool.Scaffolding.Families.BertFamily;

namespace Attention.Tool.Scaffolding.Families;

/// <summary>Encoders of images, and of images and texts together.</summary>
internal static class ImageFamily
{
    public static void Vit(ScaffoldSource source, ClassText text) => Outputs.Add(source, Body(source, text, text.Stage(), "Vit", "vit", null), ("classifier.weight", ""));

    /// <summary>DeiT: with a teacher, the scores are the mean of those of two heads, one of the class token's row, one of the distillation token's.</summary>
    public static void Deit(ScaffoldSource source, ClassText text)
    {
        const string Teacher = "distillation_classifier.weight";
        string prefix = source.PrefixOf("embeddings.cls_token");
        string? distillation = source.Has(Join(prefix, "embeddings.distillation_token")) ? "DistillationToken" : null;
        if (!source.Config.Architecture.EndsWith("WithTeacher", StringComparison.Ordinal) || !source.Has(Teacher) || source.Wishes is not { Pooling: null, Normalize: false })
        {
            Outputs.Add(source, Body(source, text, text.Stage(), "Deit", "deit", distillation), ("classifier.weight", ""));
            return;
        }

        StageText image = text.Stage("Image");
        image.Summary = "Its image.";
        Body(source, text, image, "Deit", "deit", distillation);
        foreach ((string name, string summary, string tensor) in new[] { ("Class", "The scores that the class token's row makes.", "cls_classifier.weight"), ("Label", "The scores: the mean of those and of what the distillation token's row makes.", Teacher) })
        {
            StageText stage = text.Stage(name);
            int[] head = source.Shape(tensor, 2);
            stage.Summary = summary;
            stage.Add("Encoder", "layers: 0", $"width: {head[1]}");
            stage.Add("Input", "from: nameof(Image)");
            if (tensor == Teacher)
                stage.Add("Pooling", "PoolingKind.AtRow", "Row = 1");
            stage.Add("Head", $"{head[0]}", tensor == Teacher ? "Name = \"distillation_classifier\"" : null);
            if (tensor == Teacher)
                stage.Add("MeanWith", "nameof(Class)");
        }
    }

    /// <summary>The stage up to its layers.</summary>
    private static StageText Body(ScaffoldSource source, ClassText text, StageText stage, string layout, string usual, string? second)
    {
        ModelConfig config = source.Config;
        string prefix = source.PrefixOf("embeddings.cls_token");
        int[] patches = source.Shape(Join(prefix, "embeddings.patch_embeddings.projection.weight"), 4);
        int width = source.Agreed(patches[0], "channels have its patches", "hidden_size");
        bool bias = config.Bool("qkv_bias", true);
        text.Model.Add($"Layout = WeightLayout.{layout}");
        stage.Add("Encoder", $"layers: {source.Layers(Join(prefix, "encoder.layer.{}.attention.attention.query.weight"), "num_hidden_layers")}", $"width: {width}",
            "Norm = NormPlacement.Pre", "FinalNorm = true", source.Epsilon(1e-12, "layer_norm_eps"), ClassText.Prefix(prefix, usual));
        Patches(source, stage, config, patches, bias: true);
        stage.Add("ClassToken");
        if (second is not null)
            stage.Add(second);
        stage.Add("Positions", "PositionKind.Learned");
        stage.Add("SelfAttention", $"heads: {source.Heads(width, "num_attention_heads")}", bias ? null : "Bias = false", bias ? null : "OutputBias = true");
        stage.Add("FeedForward", $"{source.Shape(Join(prefix, "encoder.layer.0.intermediate.dense.weight"), 2)[0]}", source.Activation("hidden_act", "gelu"));
        return stage;
    }

    /// <summary>The <c>vit-pytorch</c> package, which writes no config.json: options, or one by hand, say the heads, and the non-linearity where it is another.</summary>
    public static void VitPyTorch(ScaffoldSource source, ClassText text)
    {
        const string Layer = "transformer.layers.0.";
        Refuse(source);
        int[] patches = source.Shape("to_patch_embedding.1.weight", 2), inner = source.Shape(Layer + "0.fn.to_out.0.weight", 2), classes = source.Shape("mlp_head.1.weight", 2);
        int width = patches[0], heads = source.HeadsAsked(inner[1], 0, 1), channels = Math.Max(1, source.Config.TryInt("num_channels") ?? (IsSquare(patches[1]) ? 1 : 3));
        (int patch, int places) = ((int)Math.Sqrt(patches[1] / channels), source.Shape("pos_embedding", 3)[1] - 1);
        if (patch < 1 || patch * patch * channels != patches[1] || !IsSquare(places))
            throw new ToolException($"{source.Checkpoint.Path}: expected square patches of a square image, found {places} patches of {patches[1]} values; write num_channels into config.json.");
        text.Model.Add("Layout = WeightLayout.VitPyTorch");
        StageText stage = text.Stage();
        stage.Add("Encoder", $"layers: {source.Layers("transformer.layers.{}.0.fn.to_qkv.weight")}", $"width: {width}", "Norm = NormPlacement.Pre", source.Has("transformer.norm.weight") ? "FinalNorm = true" : null);
        stage.Add("Patches", $"image: {patch * (int)Math.Sqrt(places)}", $"patch: {patch}", channels == 1 ? null : $"Channels = {channels}");
        stage.Add("ClassToken");
        stage.Add("Positions", "PositionKind.Learned");
        stage.Add("SelfAttention", $"heads: {heads}", inner[1] == width ? null : $"HeadWidth = {inner[1] / heads}", "Bias = false", "OutputBias = true");
        stage.Add("FeedForward", $"{source.Shape(Layer + "1.fn.net.0.weight", 2)[0]}", source.Activation("hidden_act", "gelu"));
        stage.Add("Pooling", "PoolingKind.First");
        stage.Add("LayerNorm");
        stage.Add("Head", $"{classes[0]}");
        source.Notes.Add("Pooling is that of the class token, the package's own unless it is told otherwise.");
        if (!source.Config.Has("hidden_act") && source.Wishes.Activation is null)
            source.Notes.Add("The non-linearity is GELU, the package's own unless it is told otherwise; --activation says another.");
    }

    /// <summary>Refuses what does not go with images that are all as large, and whose class rows are what outputs are made of.</summary>
    internal static void Refuse(ScaffoldSource source)
    {
        if (source.Wishes.Pooling is not null || source.Wishes.Normalize || source.Wishes.Length is not null)
            throw new ToolException($"--pooling, --normalize and --length do not go with {source.Family}, whose images are all as large and whose outputs are made of class rows; leave them out.");
    }

    internal static bool IsSquare(int number) => (int)Math.Sqrt(number) is int root && root * root == number;

    public static void Clip(ScaffoldSource source, ClassText text)
    {
        text.Model.Add("Layout = WeightLayout.Clip");
        if (source.Has("logit_scale"))
            text.Model.Add("Scalars = [\"logit_scale\"]");
        if (source.Has("text_model.embeddings.token_embedding.weight"))
            ClipText(source, text.Stage("Text"), source.Config.Section("text_config") ?? source.Config);
        if (source.Has("vision_model.embeddings.class_embedding"))
            ClipImage(source, text.Stage("Image"), source.Config.Section("vision_config") ?? source.Config);
        if (text.Stages.Count == 0)
            throw new ToolException($"{source.Checkpoint.Path}: expected tensors of text_model or vision_model, as CLIP has them, found neither; 'attention inspect' shows what there is.");
        if (source.Wishes.Pooling is not null)
            throw new ToolException("--pooling does not go with CLIP, which says itself which row it takes; leave it out.");
    }

    private static void ClipText(ScaffoldSource source, StageText stage, ModelConfig config)
    {
        const string Prefix = "text_model";
        stage.Summary = "Its text; the tokens end with the one of the end.";
        int[] table = source.Shape($"{Prefix}.embeddings.token_embedding.weight", 2);
        (string length, string?[] positions) = source.Length(source.Shape($"{Prefix}.embeddings.position_embedding.weight", 2)[0]);
        Encoder(source, stage, config, Prefix, table[1], isText: true);
        stage.Add("Embedding", $"vocabulary: {table[0]}", length);
        stage.Add("Positions", positions);
        Layers(source, stage, config, Prefix, table[1], "Causal = true");

        // Files from before its configuration was right say 2, and mean the largest id.
        int end = config.TryInt("eos_token_id") ?? 2;
        stage.Add("Pooling", end == 2 ? "PoolingKind.LargestToken" : "PoolingKind.AtToken", end == 2 ? null : $"Token = {end}");
        Projection(source, stage, "text_projection");
    }

    private static void ClipImage(ScaffoldSource source, StageText stage, ModelConfig config)
    {
        const string Prefix = "vision_model";
        stage.Summary = "Its image.";
        int[] patches = source.Shape($"{Prefix}.embeddings.patch_embedding.weight", 4);
        Encoder(source, stage, config, Prefix, patches[0], isText: false);
        Patches(source, stage, config, patches, bias: false);
        stage.Add("ClassToken");
        stage.Add("Positions", "PositionKind.Learned");
        stage.Add("LayerNorm");
        Layers(source, stage, config, Prefix, patches[0], null);
        stage.Add("Pooling", "PoolingKind.First");
        stage.Add("LayerNorm");
        Projection(source, stage, "visual_projection");
    }

    private static void Encoder(ScaffoldSource source, StageText stage, ModelConfig config, string prefix, int width, bool isText) =>
        stage.Add("Encoder", $"layers: {source.Layers(prefix + ".encoder.layers.{}.self_attn.q_proj.weight")}", $"width: {width}", "Norm = NormPlacement.Pre",
            isText ? "FinalNorm = true" : null, ScaffoldSource.EpsilonOf(config, 1e-5, "layer_norm_eps"), ClassText.Prefix(prefix, "vision_model"));

    private static void Layers(ScaffoldSource source, StageText stage, ModelConfig config, string prefix, int width, string? option)
    {
        // A section of CLIP's may leave out what is usual.
        int heads = config.TryInt("num_attention_heads") ?? (option is null ? 12 : 8);
        if (!config.Has("num_attention_heads"))
            source.Notes.Add($"{prefix}: config.json does not say num_attention_heads; {heads} is what CLIP has unless it is said.");
        if (heads <= 0 || width % heads != 0)
            throw config.Cannot("num_attention_heads", $"expected a divisor of the width of {width}");
        stage.Add("SelfAttention", $"heads: {heads}", option);
        stage.Add("FeedForward", $"{source.Shape(prefix + ".encoder.layers.0.mlp.fc1.weight", 2)[0]}", source.Activation("hidden_act", "quick_gelu", config));
    }

    private static void Projection(ScaffoldSource source, StageText stage, string name)
    {
        if (!source.Has(name + ".weight"))
            return;
        stage.Add("Linear", $"{source.Shape(name + ".weight", 2)[0]}", "Bias = false", $"Name = \"{name}\"");
        stage.Add("L2Normalize");
    }

    private static void Patches(ScaffoldSource source, StageText stage, ModelConfig config, int[] patches, bool bias)
    {
        int image = config.Int("image_size");
        if (patches[2] != patches[3] || image % patches[2] != 0)
            throw new ToolException($"{config.Origin}: expected square patches that divide image_size {image}, found {patches[2]} × {patches[3]}.");
        stage.Add("Patches", $"image: {image}", $"patch: {patches[2]}", patches[1] == 1 ? null : $"Channels = {patches[1]}", bias ? null : "Bias = false");
        if (source.Wishes.Length is not null && (stage.Name is null || source.Family == "deit"))
            throw new ToolException("--length does not go with images, of which all are as large; leave it out.");
    }
}
