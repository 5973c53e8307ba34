using Attention.Dsl;

namespace Attention.Tests.Models;

/// <summary>The sample's model with weights in half the memory.</summary>
[AttentionModel(Weights = WeightFormat.BFloat16)]
public sealed partial class PronouncerInBFloat16
{
    [Encoder(layers: 3, width: 128)]
    [Embedding(vocabulary: 32, length: 32, Scaled = true, Name = "source_embedding")]
    [Positions(PositionKind.Sinusoidal)]
    [SelfAttention(heads: 4)]
    [FeedForward(512, Activation.Relu)]
    public sealed partial class Spelling;

    [Decoder(layers: 3, width: 128)]
    [Embedding(vocabulary: 87, length: 32, Scaled = true, Name = "target_embedding")]
    [Positions(PositionKind.Sinusoidal)]
    [SelfAttention(heads: 4)]
    [CrossAttention(from: "spelling")]
    [FeedForward(512, Activation.Relu)]
    [Logits(Name = "output")]
    public sealed partial class Phonemes;
}

/// <summary>The sample's model with keys and values in half the memory.</summary>
[AttentionModel(KeyValues = WeightFormat.BFloat16)]
public sealed partial class PronouncerOfHalfKeys
{
    [Encoder(layers: 3, width: 128)]
    [Embedding(vocabulary: 32, length: 32, Scaled = true, Name = "source_embedding")]
    [Positions(PositionKind.Sinusoidal)]
    [SelfAttention(heads: 4)]
    [FeedForward(512, Activation.Relu)]
    public sealed partial class Spelling;

    [Decoder(layers: 3, width: 128)]
    [Embedding(vocabulary: 87, length: 32, Scaled = true, Name = "target_embedding")]
    [Positions(PositionKind.Sinusoidal)]
    [SelfAttention(heads: 4)]
    [CrossAttention(from: "spelling")]
    [FeedForward(512, Activation.Relu)]
    [Logits(Name = "output")]
    public sealed partial class Phonemes;
}

/// <summary><see cref="Gpt2Model"/> in half the memory, whose tied table is a product's too.</summary>
[AttentionModel(Layout = WeightLayout.Gpt2, Weights = WeightFormat.BFloat16)]
[Decoder(layers: 2, width: 24, Norm = NormPlacement.Pre, FinalNorm = true)]
[Embedding(vocabulary: 53, length: 16)]
[Positions(PositionKind.Learned)]
[SelfAttention(heads: 4)]
[FeedForward(40, Activation.GeluTanh)]
[Logits(Tied = true)]
public sealed partial class Gpt2InBFloat16;

/// <summary>The sample's model with weights in a quarter of the memory.</summary>
[AttentionModel(Weights = WeightFormat.Int8)]
public sealed partial class PronouncerInInt8
{
    [Encoder(layers: 3, width: 128)]
    [Embedding(vocabulary: 32, length: 32, Scaled = true, Name = "source_embedding")]
    [Positions(PositionKind.Sinusoidal)]
    [SelfAttention(heads: 4)]
    [FeedForward(512, Activation.Relu)]
    public sealed partial class Spelling;

    [Decoder(layers: 3, width: 128)]
    [Embedding(vocabulary: 87, length: 32, Scaled = true, Name = "target_embedding")]
    [Positions(PositionKind.Sinusoidal)]
    [SelfAttention(heads: 4)]
    [CrossAttention(from: "spelling")]
    [FeedForward(512, Activation.Relu)]
    [Logits(Name = "output")]
    public sealed partial class Phonemes;
}

/// <summary><see cref="MnistVit"/> with weights in half the memory.</summary>
[AttentionModel(Layout = WeightLayout.VitPyTorch, Weights = WeightFormat.BFloat16)]
[Encoder(layers: 6, width: 64, Norm = NormPlacement.Pre)]
[Patches(image: 28, patch: 4)]
[ClassToken]
[Positions(PositionKind.Learned)]
[SelfAttention(heads: 4, HeadWidth = 64, Bias = false, OutputBias = true)]
[FeedForward(128, Activation.Relu)]
[Pooling(PoolingKind.First)]
[LayerNorm]
[Head(10)]
public sealed partial class MnistVitInBFloat16;

/// <summary><see cref="MnistVit"/> with weights in a quarter of the memory.</summary>
[AttentionModel(Layout = WeightLayout.VitPyTorch, Weights = WeightFormat.Int8)]
[Encoder(layers: 6, width: 64, Norm = NormPlacement.Pre)]
[Patches(image: 28, patch: 4)]
[ClassToken]
[Positions(PositionKind.Learned)]
[SelfAttention(heads: 4, HeadWidth = 64, Bias = false, OutputBias = true)]
[FeedForward(128, Activation.Relu)]
[Pooling(PoolingKind.First)]
[LayerNorm]
[Head(10)]
public sealed partial class MnistVitInInt8;
