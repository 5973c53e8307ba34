using Attention.Dsl;

namespace Attention.Tests.Models;

// What today's language models have of attention's options.

[AttentionModel(Layout = WeightLayout.Llama, Unread = ["golden.*"])]
[Decoder(layers: 2, width: 32, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
[Embedding(32, length: 12)]
[Rotary]
[SelfAttention(heads: 4, KeyValueHeads = 2, Capture = true)]
[FeedForward(48, Activation.Silu, Gated = true)]
[Logits(Bias = false)]
public sealed partial class LlamaGroups;

[AttentionModel(Layout = WeightLayout.Llama, Unread = ["golden.*"])]
[Decoder(layers: 1, width: 32, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
[Embedding(32, length: 12)]
[Rotary]
[SelfAttention(heads: 4, KeyValueHeads = 2, Window = 4, Capture = true)]
[FeedForward(48, Activation.Silu, Gated = true)]
[Logits(Bias = false)]
public sealed partial class MistralGroups;

/// <summary>A llama of 260,032 parameters that tells stories, by A. Karpathy.</summary>
[AttentionModel(Layout = WeightLayout.Llama)]
[Decoder(layers: 5, width: 64, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-5, FinalNorm = true, Bias = false)]
[Embedding(512, length: 512)]
[Rotary]
[SelfAttention(heads: 8, KeyValueHeads = 4)]
[FeedForward(172, Activation.Silu, Gated = true)]
[Logits(Tied = true)]
public sealed partial class Stories;

/// <summary>The same by its author's names, whose pairs are neighbours.</summary>
[AttentionModel]
[Tensor(TensorRole.Embedding, "tok_embeddings.weight")]
[Tensor(TensorRole.SelfNorm, "layers.{layer}.attention_norm.weight")]
[Tensor(TensorRole.SelfQuery, "layers.{layer}.attention.wq.weight")]
[Tensor(TensorRole.SelfKey, "layers.{layer}.attention.wk.weight")]
[Tensor(TensorRole.SelfValue, "layers.{layer}.attention.wv.weight")]
[Tensor(TensorRole.SelfOutput, "layers.{layer}.attention.wo.weight")]
[Tensor(TensorRole.FeedForwardNorm, "layers.{layer}.ffn_norm.weight")]
[Tensor(TensorRole.HiddenGate, "layers.{layer}.feed_forward.w1.weight")]
[Tensor(TensorRole.Hidden, "layers.{layer}.feed_forward.w3.weight")]
[Tensor(TensorRole.Contract, "layers.{layer}.feed_forward.w2.weight")]
[Tensor(TensorRole.FinalNorm, "norm.weight")]
[Tensor(TensorRole.Logits, "output.weight")]
[Decoder(layers: 5, width: 64, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-5, FinalNorm = true, Bias = false)]
[Embedding(512, length: 512)]
[Rotary(Interleaved = true)]
[SelfAttention(heads: 8, KeyValueHeads = 4)]
[FeedForward(172, Activation.Silu, Gated = true)]
[Logits(Bias = false)]
public sealed partial class StoriesOfNeighbours;
