using Attention.Dsl;

namespace Attention.Tests.Models;

// The declarations of Longformer's golden files: that of the catalogue, and those that Goldens/make_catalogue_goldens.py computes.

[AttentionModel(Layout = WeightLayout.Longformer, Unread = ["golden.*"])]
[Encoder(layers: 1, width: 32), Embedding(vocabulary: 40, length: 16), TokenTypes(1), Positions(PositionKind.Learned, Offset = 2), LayerNorm]
[SelfAttention(heads: 4, Window = 2, Global = 1, GlobalProjections = true, Capture = true), FeedForward(64, Activation.Gelu)]
public sealed partial class LongformerModel;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), SelfAttention(heads: 3, Window = 5, Global = 3)]
public sealed partial class GlobalRowsOnBothSides;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), SelfAttention(heads: 3, Window = 4, Global = 11, GlobalProjections = true)]
public sealed partial class GlobalRowsOfTheirOwn;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), SelfAttention(heads: 3, Causal = true, Window = 6, Global = 3)]
public sealed partial class AttentionSinks;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), SelfAttention(heads: 3, Causal = true, Window = 6, Prefix = 4)]
public sealed partial class PrefixAndWindow;
