using Attention.Dsl;

namespace Attention.Tests.Models;

// What is added to scores by how far keys are.

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), SelfAttention(heads: 3, RelativeBuckets = 12, RelativeDistance = 50)]
public sealed partial class RelativeOnBothSides;

[AttentionModel, Decoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Embedding(11, length: 70), SelfAttention(heads: 6, RelativeBuckets = 7, RelativeDistance = 40)]
public sealed partial class RelativeDecoder;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), SelfAttention(heads: 6, Alibi = true)]
public sealed partial class AlibiOnBothSides;

[AttentionModel, Decoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Embedding(11, length: 70), SelfAttention(heads: 3, Alibi = true)]
public sealed partial class AlibiDecoder;

[AttentionModel(Layout = WeightLayout.Bert, Unread = ["golden.*"])]
[Tensor(TensorRole.SelfQuery, "encoder.layer.{layer}.attention.attn.q.weight")]
[Tensor(TensorRole.SelfKey, "encoder.layer.{layer}.attention.attn.k.weight")]
[Tensor(TensorRole.SelfValue, "encoder.layer.{layer}.attention.attn.v.weight")]
[Tensor(TensorRole.SelfOutput, "encoder.layer.{layer}.attention.attn.o.weight")]
[Tensor(TensorRole.SelfNorm, "encoder.layer.{layer}.attention.LayerNorm.weight")]
[Tensor(TensorRole.RelativeBias, "encoder.relative_attention_bias.weight")]
[Encoder(layers: 1, width: 32, Epsilon = 1e-5, Prefix = "")]
[Embedding(32, length: 12)]
[Positions(PositionKind.Learned, Offset = 2)]
[LayerNorm]
[SelfAttention(heads: 4, RelativeBuckets = 32)]
[FeedForward(48, Activation.Gelu)]
public sealed partial class MpNet;
