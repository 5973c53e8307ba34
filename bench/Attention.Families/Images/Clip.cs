using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

/// <summary>A pass is a text of 77 tokens and an image.</summary>
[AttentionModel(Layout = WeightLayout.Clip, Scalars = ["logit_scale"])]
internal sealed partial class Clip
{
    private const int Rows = 50, TextRows = 77;

    public static Family Family { get; } = new("clip", "clip-vit-base-patch32", "F32", 24,
    [
        new("logit_scale", [], 4.6f, 0),
        Table("text_model.embeddings.token_embedding.weight", 49408, 512),
        Table("text_model.embeddings.position_embedding.weight", 77, 512),
        Buffer("text_model.embeddings.position_ids", "I64", 1, 77),
        .. For(TextRows, Layers("text_model.", 512, 2048)),
        .. Norm("text_model.final_layer_norm", 512),
        Map("text_projection.weight", 512, 512, Use.Last),
        Vector("vision_model.embeddings.class_embedding", 768),
        new("vision_model.embeddings.patch_embedding.weight", [768, 3, 32, 32], 0, 1.7f / MathF.Sqrt(3072), Use.Rows),
        Table("vision_model.embeddings.position_embedding.weight", 50, 768),
        Buffer("vision_model.embeddings.position_ids", "I64", 1, 50),
        .. Norm("vision_model.pre_layrnorm", 768),
        .. Layers("vision_model.", 768, 3072),
        .. Norm("vision_model.post_layernorm", 768),
        Map("visual_projection.weight", 512, 768, Use.Last),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session =>
    {
        float[] image = Running.Pixels(3 * 224 * 224);
        Pass text = Running.Pooled(session.Text, TextRows).Forward;
        return (() =>
        {
            text();
            return Running.Row(session.Image.Forward(image));
        }, null);
    }))
    {
        Rows = Rows,
        Attention = Family.Attending(Rows, Rows, 12 * 768) + Family.Attending(TextRows, TextRows / 2.0, 12 * 512),
    };

    [Encoder(layers: 12, width: 512, Norm = NormPlacement.Pre, FinalNorm = true, Prefix = "text_model")]
    [Embedding(vocabulary: 49408, length: 77)]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 8, Causal = true)]
    [FeedForward(2048, Activation.QuickGelu)]
    [Pooling(PoolingKind.LargestToken)]
    [Linear(512, Bias = false, Name = "text_projection")]
    [L2Normalize]
    public sealed partial class Text;

    [Encoder(layers: 12, width: 768, Norm = NormPlacement.Pre, Prefix = "vision_model")]
    [Patches(image: 224, patch: 32, Channels = 3, Bias = false)]
    [ClassToken]
    [Positions(PositionKind.Learned)]
    [LayerNorm]
    [SelfAttention(heads: 12)]
    [FeedForward(3072, Activation.QuickGelu)]
    [Pooling(PoolingKind.First)]
    [LayerNorm]
    [Linear(512, Bias = false, Name = "visual_projection")]
    [L2Normalize]
    public sealed partial class Image;

    private static IEnumerable<PublishedTensor> Layers(string prefix, int width, int hidden) => Enumerable.Range(0, 12).SelectMany(layer => Layer($"{prefix}encoder.layers.{layer}.", width, hidden));

    private static IEnumerable<PublishedTensor> Layer(string layer, int width, int hidden) =>
    [
        .. Norm(layer + "layer_norm1", width),
        .. Linear(layer + "self_attn.q_proj", width, width),
        .. Linear(layer + "self_attn.k_proj", width, width),
        .. Linear(layer + "self_attn.v_proj", width, width),
        .. Linear(layer + "self_attn.out_proj", width, width),
        .. Norm(layer + "layer_norm2", width),
        .. Linear(layer + "mlp.fc1", hidden, width),
        .. Linear(layer + "mlp.fc2", width, hidden),
    ];
}
