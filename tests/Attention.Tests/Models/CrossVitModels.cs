using Attention.Dsl;

namespace Attention.Tests.Models;

// CrossViT of the catalogue, and others of awkward sizes: with groups that are alike, and with groups that are not.

[AttentionModel(Layout = WeightLayout.CrossVit)]
public sealed partial class CrossVit
{
    [Encoder(layers: 1, width: 16, Norm = NormPlacement.Pre, FinalNorm = true, Epsilon = 1e-6)]
    [Patches(image: 24, patch: 6, Channels = 3)]
    [ClassToken]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 2)]
    [FeedForward(32, Activation.Gelu)]
    [ClassExchange("large", heads: 3, SourceWidth = 24, Groups = 2, Capture = true)]
    public sealed partial class Small;

    [Encoder(layers: 1, width: 24, Norm = NormPlacement.Pre, FinalNorm = true, Epsilon = 1e-6, Prefix = "1")]
    [Patches(image: 24, patch: 8, Channels = 3)]
    [ClassToken]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 3)]
    [FeedForward(48, Activation.Gelu)]
    [ClassExchange("small", heads: 2, SourceWidth = 16, Groups = 2)]
    public sealed partial class Large;

    [Encoder(layers: 0, width: 16)]
    [Input("small")]
    [Head(10)]
    public sealed partial class SmallScores;

    [Encoder(layers: 0, width: 24, Prefix = "1")]
    [Input("large")]
    [Head(10)]
    [MeanWith("smallScores")]
    public sealed partial class Scores;

    [Encoder(layers: 0, width: 16)]
    [Input("small")]
    [Pooling(PoolingKind.First)]
    public sealed partial class SmallClass;

    [Encoder(layers: 0, width: 24)]
    [Input("large")]
    [Pooling(PoolingKind.First)]
    public sealed partial class LargeClass;
}

[AttentionModel(Layout = WeightLayout.CrossVit)]
public sealed partial class CrossVitGroups
{
    [Encoder(layers: 2, width: 12, Norm = NormPlacement.Pre, FinalNorm = true, Epsilon = 1e-6)]
    [Patches(image: 20, patch: 5, Channels = 3)]
    [ClassToken]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 3, Capture = true)]
    [FeedForward(25, Activation.Gelu)]
    [ClassExchange("large", heads: 2, SourceWidth = 20, Groups = 3, Capture = true)]
    public sealed partial class Small;

    [Encoder(layers: 1, width: 20, Norm = NormPlacement.Pre, FinalNorm = true, Epsilon = 1e-6, Prefix = "1")]
    [Patches(image: 21, patch: 7, Channels = 3)]
    [ClassToken]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 2)]
    [FeedForward(41, Activation.Gelu)]
    [ClassExchange("small", heads: 3, SourceWidth = 12, Groups = 3, Capture = true)]
    public sealed partial class Large;

    [Encoder(layers: 0, width: 12)]
    [Input("small")]
    [Head(7)]
    public sealed partial class SmallScores;

    [Encoder(layers: 0, width: 20, Prefix = "1")]
    [Input("large")]
    [Head(7)]
    [MeanWith("smallScores")]
    public sealed partial class Scores;

    [Encoder(layers: 0, width: 12)]
    [Input("small")]
    [Pooling(PoolingKind.First)]
    public sealed partial class SmallClass;

    [Encoder(layers: 0, width: 20)]
    [Input("large")]
    [Pooling(PoolingKind.First)]
    public sealed partial class LargeClass;
}

[AttentionModel(Layout = WeightLayout.CrossVit)]
public sealed partial class CrossVitChain
{
    [Encoder(layers: 2, width: 12, Norm = NormPlacement.Pre, Epsilon = 1e-6)]
    [Patches(image: 20, patch: 5, Channels = 3)]
    [ClassToken]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 3)]
    [FeedForward(25, Activation.Gelu)]
    [ClassExchange("large", heads: 2, SourceWidth = 20, Capture = true)]
    public sealed partial class Small;

    [Encoder(layers: 1, width: 20, Norm = NormPlacement.Pre, Epsilon = 1e-6, Prefix = "1")]
    [Patches(image: 21, patch: 7, Channels = 3)]
    [ClassToken]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 2)]
    [FeedForward(41, Activation.Gelu)]
    [ClassExchange("small", heads: 3, SourceWidth = 12, Capture = true)]
    public sealed partial class Large;

    [Encoder(layers: 1, width: 12, Norm = NormPlacement.Pre, Epsilon = 1e-6)]
    [Input("small")]
    [SelfAttention(heads: 3)]
    [FeedForward(25, Activation.Gelu)]
    [ClassExchange("large1", heads: 2, SourceWidth = 20, FirstGroup = 1, Capture = true)]
    public sealed partial class Small1;

    [Encoder(layers: 2, width: 20, Norm = NormPlacement.Pre, Epsilon = 1e-6, Prefix = "1")]
    [Input("large")]
    [SelfAttention(heads: 2)]
    [FeedForward(41, Activation.Gelu)]
    [ClassExchange("small1", heads: 3, SourceWidth = 12, FirstGroup = 1, Capture = true)]
    public sealed partial class Large1;

    [Encoder(layers: 0, width: 12, FinalNorm = true, Epsilon = 1e-6)]
    [Input("small1")]
    [ClassExchange("large2", heads: 2, SourceWidth = 20, FirstGroup = 2, Capture = true)]
    public sealed partial class Small2;

    [Encoder(layers: 1, width: 20, Norm = NormPlacement.Pre, FinalNorm = true, Epsilon = 1e-6, Prefix = "1")]
    [Input("large1")]
    [SelfAttention(heads: 2)]
    [FeedForward(41, Activation.Gelu)]
    [ClassExchange("small2", heads: 3, SourceWidth = 12, FirstGroup = 2, Capture = true)]
    public sealed partial class Large2;

    [Encoder(layers: 0, width: 12)]
    [Input("small2")]
    [Head(7)]
    public sealed partial class SmallScores;

    [Encoder(layers: 0, width: 20, Prefix = "1")]
    [Input("large2")]
    [Head(7)]
    [MeanWith("smallScores")]
    public sealed partial class Scores;

    [Encoder(layers: 0, width: 12)]
    [Input("small2")]
    [Pooling(PoolingKind.First)]
    public sealed partial class SmallClass;

    [Encoder(layers: 0, width: 20)]
    [Input("large2")]
    [Pooling(PoolingKind.First)]
    public sealed partial class LargeClass;
}
