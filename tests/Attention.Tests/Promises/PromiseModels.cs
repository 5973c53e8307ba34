using Attention.Dsl;

namespace Attention.Tests.Promises;

/// <summary>An encoder, a pooled encoder and a decoder of awkward sizes, long enough for several panels of keys.</summary>
[AttentionModel]
public sealed partial class Translator
{
    [Encoder(layers: 2, width: 36)]
    [Embedding(vocabulary: 50, length: 70, Scaled = true)]
    [Positions(PositionKind.Sinusoidal)]
    [SelfAttention(heads: 3)]
    [FeedForward(50, Activation.Gelu)]
    public sealed partial class Source;

    [Encoder(layers: 1, width: 36, Norm = NormPlacement.Pre, Prefix = "summary")]
    [Embedding(vocabulary: 50, length: 70)]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 2, HeadWidth = 20, Causal = true)]
    [SelfAttention(heads: 3, Window = 4, Global = 3, GlobalProjections = true, Name = "global.{layer}")]
    [FeedForward(33, Activation.Silu)]
    [Pooling(PoolingKind.Mean)]
    [Linear(21)]
    [L2Normalize]
    public sealed partial class Summary;

    [Encoder(layers: 1, width: 20, Prefix = "causal")]
    [Embedding(vocabulary: 50, length: 64)]
    [Rotary(Interleaved = true, Width = 14)]
    [SelfAttention(heads: 1, Causal = true)]
    [SelfAttention(heads: 6, HeadWidth = 14, KeyValueHeads = 2, Causal = true, QueryKeyNorm = QueryKeyNorm.PerHead, Sinks = true, Name = "grouped.{layer}")]
    [FeedForward(33, Activation.GeluTanh, Gated = true)]
    public sealed partial class Causal;

    [Decoder(layers: 2, width: 36)]
    [Embedding(vocabulary: 41, length: 64)]
    [Positions(PositionKind.Learned)]
    [Rotary]
    [SelfAttention(heads: 3)]
    [CrossAttention(from: "source")]
    [FeedForward(50, Activation.Silu, Gated = true)]
    [Logits]
    public sealed partial class Target;
}

/// <summary>A decoder that asks methods what is seen and what is added to scores.</summary>
[AttentionModel]
[Decoder(layers: 2, width: 24)]
[Embedding(vocabulary: 11, length: 70)]
[Positions(PositionKind.Learned)]
[SelfAttention(heads: 3, Mask = nameof(Sees), ScoreBias = nameof(Slope), SoftCap = 2)]
[SelfAttention(heads: 2, ScoreBias = nameof(Wave), TopK = 9, Name = "second.{layer}")]
[SelfAttention(heads: 10, HeadWidth = 9, KeyValueHeads = 2, QueryKeyNorm = QueryKeyNorm.Whole, Sinks = true, Name = "grouped.{layer}")]
[Logits(SoftCap = 4)]
public sealed partial class Asking
{
    private static bool Sees(int query, int key) => (query - key) % 3 != 1;

    private static float Slope(int head, int distance) => -0.1f * (head + 1) * distance;

    private static float Wave(int head, int query, int key) => 0.3f * (((7 * query) + (3 * key) + head) % 5);
}
