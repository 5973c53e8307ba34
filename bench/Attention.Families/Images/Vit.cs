using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Vit)]
[Encoder(layers: 12, width: 768, Norm = NormPlacement.Pre, FinalNorm = true, Epsilon = 1e-12)]
[Patches(image: 224, patch: 16, Channels = 3)]
[ClassToken]
[Positions(PositionKind.Learned)]
[SelfAttention(heads: 12)]
[FeedForward(3072, Activation.Gelu)]
[Head(1000)]
internal sealed partial class Vit
{
    public static Family Family { get; } = new("vit", "vit-base-patch16-224", "F32", 12, [.. Tensors("vit.", 12, 768, 3072, 197), .. Linear("classifier", 1000, 768, Use.Last)], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session =>
    {
        float[] image = Running.Pixels(3 * 224 * 224);
        return (() => Running.Row(session.Forward(image)), null);
    }))
    {
        Rows = 197,
        Attention = Family.Attending(197, 197, 12 * 768),
    };

    /// <summary>The tensors of ViT and, but for a token more, of DeiT.</summary>
    public static IEnumerable<PublishedTensor> Tensors(string prefix, int layers, int width, int hidden, int rows) =>
    [
        Vector(prefix + "embeddings.cls_token", 1, 1, width),
        Vector(prefix + "embeddings.position_embeddings", 1, rows, width),
        new(prefix + "embeddings.patch_embeddings.projection.weight", [width, 3, 16, 16], 0, 1.7f / MathF.Sqrt(768), Use.Rows),
        Vector(prefix + "embeddings.patch_embeddings.projection.bias", width),
        .. Enumerable.Range(0, layers).SelectMany(layer => Layer($"{prefix}encoder.layer.{layer}.", width, hidden)),
        .. Norm(prefix + "layernorm", width),
    ];

    private static IEnumerable<PublishedTensor> Layer(string layer, int width, int hidden) =>
    [
        .. Linear(layer + "attention.attention.query", width, width),
        .. Linear(layer + "attention.attention.key", width, width),
        .. Linear(layer + "attention.attention.value", width, width),
        .. Linear(layer + "attention.output.dense", width, width),
        .. Linear(layer + "intermediate.dense", hidden, width),
        .. Linear(layer + "output.dense", width, hidden),
        .. Norm(layer + "layernorm_before", width),
        .. Norm(layer + "layernorm_after", width),
    ];
}

/// <summary>The sizes of vit-pytorch's own example.</summary>
[AttentionModel(Layout = WeightLayout.VitPyTorch)]
[Encoder(layers: 6, width: 1024, Norm = NormPlacement.Pre, FinalNorm = true)]
[Patches(image: 256, patch: 32, Channels = 3)]
[ClassToken]
[Positions(PositionKind.Learned)]
[SelfAttention(heads: 16, Bias = false, OutputBias = true)]
[FeedForward(2048, Activation.Gelu)]
[LayerNorm]
[Head(1000)]
internal sealed partial class VitPyTorch
{
    public static Family Family { get; } = new("vit-pytorch", "the package's example", "F32", 6,
    [
        Vector("cls_token", 1, 1, 1024),
        Vector("pos_embedding", 1, 65, 1024),
        .. Linear("to_patch_embedding.1", 1024, 3072),
        .. Enumerable.Range(0, 6).SelectMany(layer => Layer($"transformer.layers.{layer}.")),
        .. Norm("transformer.norm", 1024),
        .. Norm("mlp_head.0", 1024),
        .. Linear("mlp_head.1", 1000, 1024, Use.Last),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session =>
    {
        float[] image = Running.Pixels(3 * 256 * 256);
        return (() => Running.Row(session.Forward(image)), null);
    }))
    {
        Rows = 65,
        Attention = Family.Attending(65, 65, 6 * 1024),
    };

    private static IEnumerable<PublishedTensor> Layer(string layer) =>
    [
        .. Norm(layer + "0.norm", 1024),
        Map(layer + "0.fn.to_qkv.weight", 3072, 1024),
        .. Linear(layer + "0.fn.to_out.0", 1024, 1024),
        .. Norm(layer + "1.norm", 1024),
        .. Linear(layer + "1.fn.net.0", 2048, 1024),
        .. Linear(layer + "1.fn.net.3", 1024, 2048),
    ];
}

[AttentionModel(Layout = WeightLayout.Deit)]
internal sealed partial class Deit
{
    public static Family Family { get; } = new("deit", "deit-tiny-distilled-patch16-224", "F32", 12,
    [
        .. Vit.Tensors("deit.", 12, 192, 768, 198),
        Vector("deit.embeddings.distillation_token", 1, 1, 192),
        .. Linear("cls_classifier", 1000, 192, Use.Last),
        .. Linear("distillation_classifier", 1000, 192, Use.Last),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session =>
    {
        float[] image = Running.Pixels(3 * 224 * 224);
        return (() =>
        {
            session.Image.Forward(image);
            session.ByClass.Forward();
            return Running.Row(session.Classes.Forward());
        }, null);
    }))
    {
        Rows = 198,
        Attention = Family.Attending(198, 198, 12 * 192),
    };

    [Encoder(layers: 12, width: 192, Norm = NormPlacement.Pre, FinalNorm = true, Epsilon = 1e-12)]
    [Patches(image: 224, patch: 16, Channels = 3)]
    [ClassToken]
    [DistillationToken]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 3)]
    [FeedForward(768, Activation.Gelu)]
    public sealed partial class Image;

    [Encoder(layers: 0, width: 192)]
    [Input(from: nameof(Image))]
    [Head(1000, Name = "cls_classifier")]
    public sealed partial class ByClass;

    [Encoder(layers: 0, width: 192)]
    [Input(from: nameof(Image))]
    [Pooling(PoolingKind.AtRow, Row = 1)]
    [Head(1000, Name = "distillation_classifier")]
    [MeanWith(from: nameof(ByClass))]
    public sealed partial class Classes;
}
