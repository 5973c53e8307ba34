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

/// <summary>The attention of gpt-oss, without its experts.</summary>
[AttentionModel(Layout = WeightLayout.Llama, Unread = ["golden.*"])]
[Tensor(TensorRole.SelfNorm, "input_layernorm.weight")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-5, Prefix = "")]
[Features(12)]
[Rotary(Base = 150000)]
[SelfAttention(heads: 4, KeyValueHeads = 2, Causal = true, Sinks = true, Capture = true, Name = "self_attn")]
public sealed partial class GptOss;

/// <summary>The same in the layers that see a window.</summary>
[AttentionModel(Layout = WeightLayout.Llama, Unread = ["golden.*"])]
[Tensor(TensorRole.SelfNorm, "input_layernorm.weight")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-5, Prefix = "")]
[Features(12)]
[Rotary(Base = 150000)]
[SelfAttention(heads: 4, KeyValueHeads = 2, Causal = true, Window = 4, Sinks = true, Capture = true, Name = "self_attn")]
public sealed partial class GptOssWindow;

/// <summary>Layers with the names of Qwen3, whose embedding is the last row.</summary>
[AttentionModel(Layout = WeightLayout.Llama, Unread = ["golden.*"])]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
[Embedding(32, length: 12)]
[Rotary]
[SelfAttention(heads: 4, HeadWidth = 16, KeyValueHeads = 2, Causal = true, QueryKeyNorm = QueryKeyNorm.PerHead, Capture = true)]
[FeedForward(48, Activation.Silu, Gated = true)]
public sealed partial class Qwen3;

/// <summary>Heads that share keys and values, with norms of all channels, and of each head behind its rotation.</summary>
[AttentionModel]
[Decoder(layers: 2, width: 24, Norm = NormPlacement.Pre)]
[Embedding(11, length: 70)]
[Rotary(Base = 50)]
[SelfAttention(heads: 6, HeadWidth = 8, KeyValueHeads = 2, QueryKeyNorm = QueryKeyNorm.Whole, QueryKeyNormKind = NormKind.Rms, Sinks = true, At = [0])]
[SelfAttention(heads: 6, HeadWidth = 8, KeyValueHeads = 1, Window = 20, SoftCap = 2, QueryKeyNorm = QueryKeyNorm.PerHeadBehindRotary, QueryKeyNormKind = NormKind.RmsPlusOne, At = [1])]
public sealed partial class SharedHeads;

/// <summary>An option each, of queries, keys and values that stand side by side in its rows: the projections only tell them apart.</summary>
[AttentionModel]
public sealed partial class SingleOptions
{
    [Encoder(layers: 1, width: 64, Norm = NormPlacement.None, Bias = false, Prefix = "plain")]
    [Features(12)]
    [SelfAttention(heads: 4, HeadWidth = 8, KeyValueHeads = 2, Residual = false, Capture = true)]
    public sealed partial class Plain;

    [Encoder(layers: 1, width: 64, Norm = NormPlacement.None, Bias = false, Prefix = "causal")]
    [Features(12)]
    [SelfAttention(heads: 4, HeadWidth = 8, KeyValueHeads = 2, Causal = true, Residual = false, Capture = true)]
    public sealed partial class Causal;

    [Encoder(layers: 1, width: 64, Norm = NormPlacement.None, Bias = false, Prefix = "capped")]
    [Features(12)]
    [SelfAttention(heads: 4, HeadWidth = 8, KeyValueHeads = 2, Causal = true, SoftCap = 4, Residual = false, Capture = true)]
    public sealed partial class Capped;

    [Encoder(layers: 1, width: 64, Norm = NormPlacement.None, Bias = false, Prefix = "window")]
    [Features(12)]
    [SelfAttention(heads: 4, HeadWidth = 8, KeyValueHeads = 2, Causal = true, Window = 4, Residual = false, Capture = true)]
    public sealed partial class Window;

    [Encoder(layers: 1, width: 64, Norm = NormPlacement.None, Bias = false, Prefix = "alibi")]
    [Features(12)]
    [SelfAttention(heads: 4, HeadWidth = 8, KeyValueHeads = 2, Causal = true, Alibi = true, Residual = false, Capture = true)]
    public sealed partial class Alibi;

    [Encoder(layers: 1, width: 64, Norm = NormPlacement.None, Bias = false, Prefix = "bias")]
    [Features(12)]
    [SelfAttention(heads: 4, HeadWidth = 8, KeyValueHeads = 2, ScoreBias = nameof(Added), Residual = false, Capture = true)]
    public sealed partial class Bias
    {
        private static float Added(int head, int query, int key) => AttentionOptionTests.AddedTo(head, query, key);
    }

    [Encoder(layers: 1, width: 64, Norm = NormPlacement.None, Bias = false, Prefix = "blind")]
    [Features(12)]
    [SelfAttention(heads: 4, HeadWidth = 8, KeyValueHeads = 2, Mask = nameof(Sees), Residual = false, Capture = true)]
    public sealed partial class Blind
    {
        private static bool Sees(int query, int key) => query != 1 && key <= query;
    }

    [Encoder(layers: 1, width: 64, Norm = NormPlacement.None, Bias = false, Prefix = "blind_sinks")]
    [Features(12)]
    [SelfAttention(heads: 4, HeadWidth = 8, KeyValueHeads = 2, Mask = nameof(Sees), Sinks = true, Residual = false, Capture = true)]
    public sealed partial class BlindSinks
    {
        private static bool Sees(int query, int key) => query != 1 && key <= query;
    }

    [Encoder(layers: 1, width: 64, Norm = NormPlacement.None, Bias = false, Prefix = "sinks")]
    [Features(12)]
    [SelfAttention(heads: 4, HeadWidth = 8, KeyValueHeads = 2, Causal = true, Sinks = true, Residual = false, Capture = true)]
    public sealed partial class Sinks;

    [Encoder(layers: 1, width: 64, Norm = NormPlacement.None, Bias = false, Prefix = "scale_one")]
    [Features(12)]
    [SelfAttention(heads: 4, HeadWidth = 8, KeyValueHeads = 2, Scale = 1, Residual = false, Capture = true)]
    public sealed partial class ScaleOne;

    [Encoder(layers: 1, width: 48, Norm = NormPlacement.None, Bias = false, Prefix = "multi_query")]
    [Features(12)]
    [SelfAttention(heads: 4, HeadWidth = 8, KeyValueHeads = 1, Causal = true, Residual = false)]
    public sealed partial class MultiQuery;
}
