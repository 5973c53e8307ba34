using Attention.Dsl;

namespace Attention.Tests.Models;

// One layer's weights at every depth.

[AttentionModel(Unread = ["golden.*", "halting.*"])]
[Tensor(TensorRole.SelfQueryKeyValue, "layer.self_attn.in_proj_weight")]
[Tensor(TensorRole.SelfOutput, "layer.self_attn.out_proj.weight")]
[Tensor(TensorRole.SelfNorm, "layer.norm1.weight")]
[Tensor(TensorRole.Hidden, "layer.linear1.weight")]
[Tensor(TensorRole.Contract, "layer.linear2.weight")]
[Tensor(TensorRole.FeedForwardNorm, "layer.norm2.weight")]
[Encoder(layers: 6, width: 32, Norm = NormPlacement.Pre, FinalNorm = true, Shared = true, Prefix = "")]
[Features(12)]
[StepSignal(PositionKind.SinusoidalTimescales)]
[SelfAttention(heads: 4)]
[FeedForward(64, Activation.Relu)]
public sealed partial class UniversalTransformer;

// The paper's signal, norms behind the sub-layers, and causal attention that steps.

[AttentionModel(Unread = ["input.*", "output.*"])]
[Decoder(layers: 4, width: 24, Shared = true, Prefix = "")]
[Embedding(9, length: 40)]
[StepSignal(PositionKind.Sinusoidal, First = 1)]
[SelfAttention(heads: 3)]
[FeedForward(37, Activation.Relu)]
public sealed partial class UniversalDecoder;

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.Halting, "halting.weight")]
[Tensor(TensorRole.SelfQueryKeyValue, "layer.self_attn.in_proj_weight")]
[Tensor(TensorRole.SelfOutput, "layer.self_attn.out_proj.weight")]
[Tensor(TensorRole.SelfNorm, "layer.norm1.weight")]
[Tensor(TensorRole.Hidden, "layer.linear1.weight")]
[Tensor(TensorRole.Contract, "layer.linear2.weight")]
[Tensor(TensorRole.FeedForwardNorm, "layer.norm2.weight")]
[Encoder(layers: 6, width: 32, Norm = NormPlacement.Pre, FinalNorm = true, Shared = true, Prefix = "")]
[Features(12)]
[StepSignal(PositionKind.SinusoidalTimescales)]
[Halting(HaltingRule.Paper)]
[SelfAttention(heads: 4)]
[FeedForward(64, Activation.Relu)]
public sealed partial class UniversalHaltingPaper;

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.Halting, "halting.weight")]
[Tensor(TensorRole.SelfQueryKeyValue, "layer.self_attn.in_proj_weight")]
[Tensor(TensorRole.SelfOutput, "layer.self_attn.out_proj.weight")]
[Tensor(TensorRole.SelfNorm, "layer.norm1.weight")]
[Tensor(TensorRole.Hidden, "layer.linear1.weight")]
[Tensor(TensorRole.Contract, "layer.linear2.weight")]
[Tensor(TensorRole.FeedForwardNorm, "layer.norm2.weight")]
[Encoder(layers: 6, width: 32, Norm = NormPlacement.Pre, FinalNorm = true, Shared = true, Prefix = "")]
[Features(12)]
[StepSignal(PositionKind.SinusoidalTimescales)]
[Halting(HaltingRule.Accumulated)]
[SelfAttention(heads: 4)]
[FeedForward(64, Activation.Relu)]
public sealed partial class UniversalHaltingAccumulated;

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.Halting, "halting.weight")]
[Tensor(TensorRole.SelfQueryKeyValue, "layer.self_attn.in_proj_weight")]
[Tensor(TensorRole.SelfOutput, "layer.self_attn.out_proj.weight")]
[Tensor(TensorRole.SelfNorm, "layer.norm1.weight")]
[Tensor(TensorRole.Hidden, "layer.linear1.weight")]
[Tensor(TensorRole.Contract, "layer.linear2.weight")]
[Tensor(TensorRole.FeedForwardNorm, "layer.norm2.weight")]
[Encoder(layers: 6, width: 32, Norm = NormPlacement.Pre, FinalNorm = true, Shared = true, Prefix = "")]
[Features(12)]
[StepSignal(PositionKind.SinusoidalTimescales)]
[Halting(HaltingRule.Tensor2Tensor)]
[SelfAttention(heads: 4)]
[FeedForward(64, Activation.Relu)]
public sealed partial class UniversalHaltingTensor2Tensor;

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.Halting, "halting.weight")]
[Tensor(TensorRole.SelfQueryKeyValue, "layer.self_attn.in_proj_weight")]
[Tensor(TensorRole.SelfOutput, "layer.self_attn.out_proj.weight")]
[Tensor(TensorRole.SelfNorm, "layer.norm1.weight")]
[Tensor(TensorRole.Hidden, "layer.linear1.weight")]
[Tensor(TensorRole.Contract, "layer.linear2.weight")]
[Tensor(TensorRole.FeedForwardNorm, "layer.norm2.weight")]
[Encoder(layers: 6, width: 32, Norm = NormPlacement.Pre, FinalNorm = true, Shared = true, Prefix = "")]
[Features(12)]
[StepSignal(PositionKind.SinusoidalTimescales)]
[Halting(HaltingRule.Paper, CopyHalted = true)]
[SelfAttention(heads: 4)]
[FeedForward(64, Activation.Relu)]
public sealed partial class UniversalHaltingCopied;
