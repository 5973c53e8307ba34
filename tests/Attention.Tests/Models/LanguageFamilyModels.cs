using Attention.Dsl;

namespace Attention.Tests.Models;

// Families of language models, by the names of their checkpoints.

[AttentionModel(Layout = WeightLayout.Gemma2, Unread = ["golden.*"])]
[Decoder(layers: 2, width: 32, Norm = NormPlacement.Sandwich, Kind = NormKind.RmsPlusOne, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
[Embedding(32, length: 12, Scaled = true)]
[Rotary]
[SelfAttention(heads: 4, KeyValueHeads = 2, SoftCap = 50, Window = 4, Every = 2, Capture = true)]
[SelfAttention(heads: 4, KeyValueHeads = 2, SoftCap = 50, At = [1])]
[FeedForward(48, Activation.GeluTanh, Gated = true)]
[Logits(Tied = true, SoftCap = 30)]
public sealed partial class GemmaCapped;

/// <summary>Every sixth layer sees all rows, with angles of its own.</summary>
[AttentionModel(Layout = WeightLayout.Gemma2)]
[Decoder(layers: 7, width: 20, Norm = NormPlacement.Sandwich, Kind = NormKind.RmsPlusOne, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
[Embedding(11, length: 70, Scaled = true)]
[Rotary]
[SelfAttention(heads: 3, HeadWidth = 8, KeyValueHeads = 1, Scale = 0.31622776601683794, QueryKeyNorm = QueryKeyNorm.PerHead, Window = 6, At = [0, 1, 2, 3, 4, 6])]
[Rotary(Base = 1e6, Factor = 8)]
[SelfAttention(heads: 3, HeadWidth = 8, KeyValueHeads = 1, Scale = 0.31622776601683794, QueryKeyNorm = QueryKeyNorm.PerHead, At = [5])]
[FeedForward(37, Activation.GeluTanh, Gated = true)]
[Logits(Tied = true)]
public sealed partial class Gemma3Layers;

[AttentionModel(Layout = WeightLayout.Gemma2)]
[Decoder(layers: 2, width: 24, Norm = NormPlacement.ResidualPost, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
[Embedding(11, length: 70)]
[Rotary(Base = 5e5)]
[SelfAttention(heads: 3, QueryKeyNorm = QueryKeyNorm.Whole)]
[FeedForward(37, Activation.Silu, Gated = true)]
[Logits(Bias = false)]
public sealed partial class Olmo2Layers;

/// <summary>A window from the second layer on.</summary>
[AttentionModel(Layout = WeightLayout.Llama)]
[Decoder(layers: 2, width: 24, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
[Embedding(11, length: 70)]
[Rotary(Base = 1e6)]
[SelfAttention(heads: 3, KeyValueHeads = 1, Bias = true, OutputBias = false, At = [0])]
[SelfAttention(heads: 3, KeyValueHeads = 1, Bias = true, OutputBias = false, Window = 7, At = [1])]
[FeedForward(37, Activation.Silu, Gated = true)]
[Logits(Tied = true)]
public sealed partial class Qwen2Layers;

[AttentionModel(Layout = WeightLayout.Phi)]
[Decoder(layers: 2, width: 24, Norm = NormPlacement.Pre, Parallel = ParallelKind.OneNorm, FinalNorm = true)]
[Embedding(11, length: 70)]
[Rotary(Width = 4)]
[SelfAttention(heads: 3)]
[FeedForward(37, Activation.GeluTanh)]
[Logits]
public sealed partial class PhiLayers;

[AttentionModel(Layout = WeightLayout.Phi3)]
[Decoder(layers: 2, width: 20, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Bias = false)]
[Embedding(11, length: 70)]
[Rotary(Width = 6)]
[SelfAttention(heads: 4, HeadWidth = 8, KeyValueHeads = 2, Window = 9)]
[FeedForward(37, Activation.Silu, Gated = true)]
[Logits(Bias = false)]
public sealed partial class Phi3Layers;

/// <summary>T5 1.1 and flan-T5: gated, with scores of their own.</summary>
[AttentionModel(Layout = WeightLayout.T5, Unread = ["golden.*"])]
public sealed partial class T5Gated
{
    [Encoder(layers: 1, width: 32, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
    [Embedding(32, length: 12)]
    [SelfAttention(heads: 4, Scale = 1, RelativeBuckets = 32, RelativeDistance = 128)]
    [FeedForward(32, Activation.GeluTanh, Gated = true)]
    public sealed partial class Source;

    [Decoder(layers: 1, width: 32, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
    [Embedding(32, length: 8, Shares = "source")]
    [SelfAttention(heads: 4, Scale = 1, RelativeBuckets = 32, RelativeDistance = 128)]
    [CrossAttention(from: "source", heads: 4, Scale = 1, Capture = true)]
    [FeedForward(32, Activation.GeluTanh, Gated = true)]
    [Logits(Bias = false)]
    public sealed partial class Target;
}

/// <summary>T5 1.0: tied scores of rows that are scaled.</summary>
[AttentionModel(Layout = WeightLayout.T5)]
public sealed partial class T5Tied
{
    [Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
    [Embedding(11, length: 70)]
    [SelfAttention(heads: 3, HeadWidth = 10, Scale = 1, RelativeBuckets = 12, RelativeDistance = 40)]
    [FeedForward(37, Activation.Relu)]
    public sealed partial class Source;

    [Decoder(layers: 2, width: 24, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
    [Embedding(11, length: 45, Shares = "source")]
    [SelfAttention(heads: 3, HeadWidth = 10, Scale = 1, RelativeBuckets = 12, RelativeDistance = 40)]
    [CrossAttention(from: "source", heads: 3, HeadWidth = 10, Scale = 1)]
    [FeedForward(37, Activation.Relu)]
    [Logits(Tied = true, Scale = 0.2041241452319315)]
    public sealed partial class Target;
}

/// <summary>Scores of its own, of rows that are scaled all the same.</summary>
[AttentionModel(Layout = WeightLayout.T5)]
public sealed partial class T5OwnScaled
{
    [Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
    [Embedding(11, length: 70)]
    [SelfAttention(heads: 3, HeadWidth = 10, Scale = 1, RelativeBuckets = 12, RelativeDistance = 40)]
    [FeedForward(37, Activation.GeluTanh, Gated = true)]
    public sealed partial class Source;

    [Decoder(layers: 2, width: 24, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
    [Embedding(11, length: 45, Shares = "source")]
    [SelfAttention(heads: 3, HeadWidth = 10, Scale = 1, RelativeBuckets = 12, RelativeDistance = 40)]
    [CrossAttention(from: "source", heads: 3, HeadWidth = 10, Scale = 1)]
    [FeedForward(37, Activation.GeluTanh, Gated = true)]
    [Logits(Bias = false, Scale = 0.2041241452319315)]
    public sealed partial class Target;
}

/// <summary>M2M100 and NLLB.</summary>
[AttentionModel(Layout = WeightLayout.Bart)]
public sealed partial class ManyLanguages
{
    [Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre, FinalNorm = true)]
    [Embedding(11, length: 40, Scaled = true)]
    [Positions(PositionKind.SinusoidalTimescales, Offset = 2)]
    [SelfAttention(heads: 3)]
    [FeedForward(37, Activation.Relu)]
    public sealed partial class Source;

    [Decoder(layers: 2, width: 24, Norm = NormPlacement.Pre, FinalNorm = true)]
    [Embedding(11, length: 35, Scaled = true, Shares = "source")]
    [Positions(PositionKind.SinusoidalTimescales, Offset = 2)]
    [SelfAttention(heads: 3)]
    [CrossAttention(from: "source", heads: 3)]
    [FeedForward(37, Activation.Relu)]
    [Logits(Tied = true)]
    public sealed partial class Target;
}
