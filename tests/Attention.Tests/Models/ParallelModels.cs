using Attention.Dsl;

namespace Attention.Tests.Models;

[AttentionModel(Layout = WeightLayout.GptJ, Unread = ["golden.*"])]
[Decoder(layers: 1, width: 32, Norm = NormPlacement.Pre, Parallel = ParallelKind.OneNorm, FinalNorm = true)]
[Embedding(32, length: 12)]
[Rotary(Width = 4, Interleaved = true)]
[SelfAttention(heads: 4, Bias = false)]
[FeedForward(64, Activation.GeluTanh)]
[Logits]
public sealed partial class GptJLayer;

[AttentionModel(Layout = WeightLayout.GptNeoX, Unread = ["golden.*"])]
[Decoder(layers: 1, width: 32, Norm = NormPlacement.Pre, Parallel = ParallelKind.OwnNorms, FinalNorm = true)]
[Embedding(32, length: 12)]
[Rotary(Width = 4)]
[SelfAttention(heads: 4)]
[FeedForward(64, Activation.Gelu)]
[Logits(Bias = false)]
public sealed partial class GptNeoXLayer;

[AttentionModel(Layout = WeightLayout.GptNeoX)]
[Decoder(layers: 2, width: 24, Norm = NormPlacement.Pre, FinalNorm = true)]
[Embedding(11, length: 70)]
[Rotary(Width = 6, Base = 500)]
[SelfAttention(heads: 3)]
[FeedForward(37, Activation.Gelu)]
[Logits(Bias = false)]
public sealed partial class GptNeoXSequential;

[AttentionModel(Layout = WeightLayout.Bloom, Unread = ["golden.*"])]
[Decoder(layers: 1, width: 32, Norm = NormPlacement.Pre, FinalNorm = true)]
[Embedding(40, length: 12)]
[LayerNorm]
[SelfAttention(heads: 4, Alibi = true)]
[FeedForward(128, Activation.GeluTanh)]
[Logits(Tied = true)]
public sealed partial class BloomLayer;

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.Embedding, "gpt_neox.embed_in.weight")]
[Tensor(TensorRole.SelfQueryKeyValue, "{prefix}.{layer}.attention.query_key_value.weight", ByHead = true)]
[Tensor(TensorRole.SelfOutput, "{prefix}.{layer}.attention.dense.weight")]
[Tensor(TensorRole.SelfNorm, "{prefix}.{layer}.input_layernorm.weight")]
[Tensor(TensorRole.Hidden, "{prefix}.{layer}.mlp.dense_h_to_4h.weight")]
[Tensor(TensorRole.Contract, "{prefix}.{layer}.mlp.dense_4h_to_h.weight")]
[Tensor(TensorRole.FeedForwardNorm, "{prefix}.{layer}.post_attention_layernorm.weight")]
[Tensor(TensorRole.FinalNorm, "gpt_neox.final_layer_norm.weight")]
[Tensor(TensorRole.Logits, "embed_out.weight")]
[Decoder(layers: 1, width: 32, Norm = NormPlacement.Pre, Parallel = ParallelKind.OwnNorms, FinalNorm = true, Prefix = "gpt_neox.layers")]
[Embedding(32, length: 12)]
[Rotary(Width = 4)]
[SelfAttention(heads: 4)]
[FeedForward(64, Activation.Gelu)]
[Logits(Bias = false)]
public sealed partial class GptNeoXByNames;
