using Attention.Dsl;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Gemma2)]
[Decoder(layers: 18, width: 640, Norm = NormPlacement.Sandwich, Kind = NormKind.RmsPlusOne, FinalNorm = true, Epsilon = 1e-6, Bias = false)]
[Embedding(vocabulary: 262144, length: 2048, Scaled = true)]
[Rotary]
[SelfAttention(heads: 4, HeadWidth = 256, KeyValueHeads = 1, QueryKeyNorm = QueryKeyNorm.PerHead, Window = 512, At = new[] { 0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16 })]
[Rotary(Base = 1000000)]
[SelfAttention(heads: 4, HeadWidth = 256, KeyValueHeads = 1, QueryKeyNorm = QueryKeyNorm.PerHead, At = new[] { 5, 11, 17 })]
[FeedForward(2048, Activation.GeluTanh, Gated = true)]
[Logits(Tied = true)]
internal sealed partial class Gemma3
{
    private static readonly LlamaTensors s_tensors = new(18, 640, 4, 1, 2048, 262144)
    {
        HeadWidth = 256,
        HeadNorms = (256, 256),
        Centre = 0,
        Norms = ["input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm"],
    };

    public static Family Family { get; } = new("gemma3", "gemma-3-270m", "BF16", 18, [.. s_tensors.All()], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Decoder(session, 128)))
    {
        Attention = s_tensors.Attention,
    };
}
