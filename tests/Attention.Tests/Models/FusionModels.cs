using Attention.Dsl;

namespace Attention.Tests.Models;

// Files of the catalogue that bring two modalities together.

[AttentionModel(Layout = WeightLayout.Clip, Scalars = ["logit_scale"])]
public sealed partial class ClipTowers
{
    [Encoder(layers: 1, width: 24, Norm = NormPlacement.Pre, FinalNorm = true, Prefix = "text_model")]
    [Embedding(40, length: 12)]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 3, Causal = true)]
    [FeedForward(48, Activation.QuickGelu)]
    [Pooling(PoolingKind.LargestToken)]
    [Linear(16, Bias = false, Name = "text_projection")]
    [L2Normalize]
    public sealed partial class Text;

    [Encoder(layers: 1, width: 32, Norm = NormPlacement.Pre, Prefix = "vision_model")]
    [Patches(image: 16, patch: 4, Channels = 3, Bias = false)]
    [ClassToken]
    [Positions(PositionKind.Learned)]
    [LayerNorm]
    [SelfAttention(heads: 4)]
    [FeedForward(48, Activation.QuickGelu)]
    [Pooling(PoolingKind.First)]
    [LayerNorm]
    [Linear(16, Bias = false, Name = "visual_projection")]
    [L2Normalize]
    public sealed partial class Image;
}

// Its text by a decoder, its image before the projection.

[AttentionModel(Layout = WeightLayout.Clip)]
public sealed partial class ClipEmbeddings
{
    [Decoder(layers: 1, width: 24, Norm = NormPlacement.Pre, FinalNorm = true)]
    [Embedding(40, length: 12)]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 3)]
    [FeedForward(48, Activation.QuickGelu)]
    [Pooling(PoolingKind.AtToken, Token = 39)]
    [Linear(16, Bias = false, Name = "text_projection")]
    public sealed partial class Text;

    [Encoder(layers: 1, width: 32, Norm = NormPlacement.Pre)]
    [Patches(image: 16, patch: 4, Channels = 3, Bias = false)]
    [ClassToken]
    [Positions(PositionKind.Learned)]
    [LayerNorm]
    [SelfAttention(heads: 4)]
    [FeedForward(48, Activation.QuickGelu)]
    [Pooling(PoolingKind.First)]
    [LayerNorm]
    public sealed partial class Image;
}

[AttentionModel(Layout = WeightLayout.Clip)]
[Encoder(layers: 2, width: 20, Norm = NormPlacement.Pre, FinalNorm = true, Prefix = "text_model")]
[Embedding(11, length: 13)]
[Positions(PositionKind.Learned)]
[SelfAttention(heads: 4, Causal = true)]
[FeedForward(37, Activation.Gelu)]
[Pooling(PoolingKind.AtToken, Token = 7)]
[Linear(9, Bias = false, Name = "text_projection")]
public sealed partial class ClipAtToken;
