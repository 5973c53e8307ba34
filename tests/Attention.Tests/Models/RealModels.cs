using Attention.Dsl;

namespace Attention.Tests.Models;

// Checkpoints that other people trained.

/// <summary>Letters to IPA phonemes, from the Misaki project: a Hugging Face BART of one layer each.</summary>
[AttentionModel(Layout = WeightLayout.Bart)]
public sealed partial class BartG2P
{
    [Encoder(layers: 1, width: 128)]
    [Embedding(vocabulary: 63, length: 64)]
    [Positions(PositionKind.Learned, Offset = 2)]
    [LayerNorm]
    [SelfAttention(heads: 1)]
    [FeedForward(1024, Activation.Gelu)]
    public sealed partial class Letters;

    [Decoder(layers: 1, width: 128)]
    [Embedding(vocabulary: 63, length: 64, Shares = "letters")]
    [Positions(PositionKind.Learned, Offset = 2)]
    [LayerNorm]
    [SelfAttention(heads: 1)]
    [CrossAttention(from: "letters", Capture = true)]
    [FeedForward(1024, Activation.Gelu)]
    [Logits(Tied = true, Bias = true)]
    public sealed partial class Phonemes;
}

/// <summary>A digit's class, by the vit-pytorch package.</summary>
[AttentionModel(Layout = WeightLayout.VitPyTorch)]
[Encoder(layers: 6, width: 64, Norm = NormPlacement.Pre)]
[Patches(image: 28, patch: 4)]
[ClassToken]
[Positions(PositionKind.Learned)]
[SelfAttention(heads: 4, HeadWidth = 64, Bias = false, OutputBias = true)]
[FeedForward(128, Activation.Relu)]
[Pooling(PoolingKind.First)]
[LayerNorm]
[Head(10)]
public sealed partial class MnistVit;
