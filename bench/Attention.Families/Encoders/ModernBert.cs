using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.ModernBert)]
[Encoder(layers: 22, width: 768, Norm = NormPlacement.Pre, FinalNorm = true, Bias = false)]
[Embedding(vocabulary: 50368, length: 2048)]
[LayerNorm]
[Rotary(Base = 160000)]
[SelfAttention(heads: 12, At = new[] { 0 }, Norm = NormPlacement.None)]
[SelfAttention(heads: 12, At = new[] { 3, 6, 9, 12, 15, 18, 21 })]
[Rotary]
[SelfAttention(heads: 12, At = new[] { 1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17, 19, 20 }, Window = 64)]
[FeedForward(1152, Activation.Gelu, Gated = true)]
[Pooling(PoolingKind.Mean)]
[L2Normalize]
internal sealed partial class ModernBert
{
    public static Family Family { get; } = new("modernbert", "ModernBERT-base", "F32", 22,
    [
        Table("model.embeddings.tok_embeddings.weight", 50368, 768),
        Factors("model.embeddings.norm.weight", 768),
        .. Enumerable.Range(0, 22).SelectMany(Layer),
        Factors("model.final_norm.weight", 768),
        Map("head.dense.weight", 768, 768, Use.None),
        Factors("head.norm.weight", 768),
        Vector("decoder.bias", 50368),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Pooled(session, 128)))
    {
        Attention = Family.Attending(128, 109, 22 * 768), // all 128 in 8 layers, 64 on each side in the others
    };

    private static IEnumerable<PublishedTensor> Layer(int layer) =>
    [
        .. layer == 0 ? Array.Empty<PublishedTensor>() : [Factors($"model.layers.{layer}.attn_norm.weight", 768)],
        Map($"model.layers.{layer}.attn.Wqkv.weight", 2304, 768),
        Map($"model.layers.{layer}.attn.Wo.weight", 768, 768),
        Factors($"model.layers.{layer}.mlp_norm.weight", 768),
        Map($"model.layers.{layer}.mlp.Wi.weight", 2304, 768),
        Map($"model.layers.{layer}.mlp.Wo.weight", 768, 1152),
    ];
}
