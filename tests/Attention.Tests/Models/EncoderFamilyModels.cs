using Attention.Dsl;

namespace Attention.Tests.Models;

// Encoders of other families: ALBERT, ELECTRA, DeiT, XLM-R, ModernBERT and Qwen3 Embedding, each by the names of its checkpoints.

/// <summary>Five layers of two groups: the first three have the weights of one, the others those of the second.</summary>
[AttentionModel(Layout = WeightLayout.Albert)]
[Encoder(layers: 5, width: 24, Epsilon = 1e-12, Shared = true, SharedGroups = 2)]
[Embedding(vocabulary: 45, length: 13, Width = 12)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(40, Activation.GeluTanh)]
[Head(3, Pooler = Activation.Tanh)]
public sealed partial class AlbertClassifier;

[AttentionModel(Layout = WeightLayout.Albert)]
[Encoder(layers: 5, width: 24, Epsilon = 1e-12, Shared = true, SharedGroups = 2)]
[Embedding(vocabulary: 45, length: 13, Width = 12)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(40, Activation.GeluTanh)]
[Linear(12, Activation = Activation.GeluTanh)]
[LayerNorm]
[Logits(Tied = true, Bias = true)]
public sealed partial class AlbertMasked;

[AttentionModel(Layout = WeightLayout.Albert, Unread = ["golden.*"])]
[Encoder(layers: 3, width: 32, Epsilon = 1e-12, Shared = true, Prefix = "")]
[Embedding(vocabulary: 40, length: 12, Width = 16)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(64, Activation.GeluTanh)]
public sealed partial class Albert;

/// <summary>The same with the vector that its pooler makes.</summary>
[AttentionModel(Layout = WeightLayout.Albert, Unread = ["golden.*"])]
[Encoder(layers: 3, width: 32, Epsilon = 1e-12, Shared = true, Prefix = "")]
[Embedding(vocabulary: 40, length: 12, Width = 16)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(64, Activation.GeluTanh)]
[Pooling(PoolingKind.First)]
[Linear(32, Activation = Activation.Tanh, Name = "pooler")]
public sealed partial class AlbertPooled;

/// <summary>ELECTRA's discriminator: whether each token has been replaced, above 0 if so.</summary>
[AttentionModel(Layout = WeightLayout.Electra)]
[Encoder(layers: 2, width: 24, Epsilon = 1e-12)]
[Embedding(vocabulary: 45, length: 13, Width = 16)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(40, Activation.Gelu)]
[Linear(24, Activation = Activation.Gelu, Name = "discriminator_predictions.dense")]
[Linear(1, Name = "discriminator_predictions.dense_prediction")]
public sealed partial class ElectraDiscriminator;

[AttentionModel(Layout = WeightLayout.Electra)]
[Encoder(layers: 2, width: 24, Epsilon = 1e-12)]
[Embedding(vocabulary: 45, length: 13, Width = 16)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(40, Activation.Gelu)]
[Linear(16, Activation = Activation.Gelu)]
[LayerNorm]
[Logits(Tied = true, Bias = true)]
public sealed partial class ElectraMasked;

/// <summary>DeBERTa-v2: far distances share buckets, and the maps of queries and keys make those of positions too.</summary>
[AttentionModel(Layout = WeightLayout.DebertaV2)]
[Encoder(layers: 2, width: 24, Epsilon = 1e-7)]
[Embedding(vocabulary: 45, length: 40)]
[LayerNorm]
[DisentangledPositions(buckets: 6, MaxDistance = 24, Norm = true)]
[SelfAttention(heads: 4)]
[FeedForward(40, Activation.Gelu)]
[Head(3, Pooler = Activation.Gelu)]
public sealed partial class DebertaV2Classifier;

/// <summary>The same without its head.</summary>
[AttentionModel(Layout = WeightLayout.DebertaV2)]
[Encoder(layers: 2, width: 24, Epsilon = 1e-7)]
[Embedding(vocabulary: 45, length: 50)]
[LayerNorm]
[DisentangledPositions(buckets: 6, MaxDistance = 24, Norm = true)]
[SelfAttention(heads: 4)]
[FeedForward(40, Activation.Gelu)]
public sealed partial class DebertaV2Rows;

/// <summary>The same with a table of more rows than the file has.</summary>
[AttentionModel(Layout = WeightLayout.DebertaV2)]
[Encoder(layers: 2, width: 24, Epsilon = 1e-7)]
[Embedding(vocabulary: 45, length: 40)]
[LayerNorm]
[DisentangledPositions(buckets: 8, OwnProjections = true)]
[SelfAttention(heads: 4)]
[FeedForward(40, Activation.Gelu)]
public sealed partial class DebertaV2OfMoreBuckets;

/// <summary>The first DeBERTa: a bucket for each distance, maps of positions of their own, projections head by head in one tensor.</summary>
[AttentionModel(Layout = WeightLayout.Deberta)]
[Encoder(layers: 2, width: 20, Epsilon = 1e-7)]
[Embedding(vocabulary: 47, length: 29)]
[LayerNorm]
[DisentangledPositions(buckets: 16, OwnProjections = true)]
[SelfAttention(heads: 4, KeyBias = false)]
[FeedForward(36, Activation.Gelu)]
[Head(2, Pooler = Activation.Gelu)]
public sealed partial class DebertaClassifier;

/// <summary>DeiT with its distillation token: the scores are the mean of those of two heads, each of a row of its own.</summary>
[AttentionModel(Layout = WeightLayout.Deit)]
public sealed partial class DeitModel
{
    [Encoder(layers: 1, width: 32, Norm = NormPlacement.Pre, FinalNorm = true, Epsilon = 1e-12)]
    [Patches(image: 16, patch: 4, Channels = 3)]
    [ClassToken]
    [DistillationToken]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 4)]
    [FeedForward(64, Activation.Gelu)]
    public sealed partial class Image;

    [Encoder(layers: 0, width: 32)]
    [Input(from: nameof(Image))]
    [Head(10)]
    public sealed partial class Class;

    [Encoder(layers: 0, width: 32)]
    [Input(from: nameof(Image))]
    [Pooling(PoolingKind.AtRow, Row = 1)]
    [Head(10, Name = "distillation_classifier")]
    [MeanWith(nameof(Class))]
    public sealed partial class Label;
}

[AttentionModel(Layout = WeightLayout.Roberta, Unread = ["golden.*"])]
[Encoder(layers: 1, width: 32, Prefix = "")]
[Embedding(vocabulary: 32, length: 12)]
[TokenTypes(1)]
[Positions(PositionKind.Learned, Offset = 2)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(48, Activation.Gelu)]
public sealed partial class XlmRoberta;

[AttentionModel(Layout = WeightLayout.Roberta, Unread = ["golden.*"])]
[Encoder(layers: 1, width: 32, Prefix = "")]
[Embedding(vocabulary: 32, length: 12)]
[TokenTypes(1)]
[Positions(PositionKind.Learned, Offset = 2)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(48, Activation.Gelu)]
[Pooling(PoolingKind.Mean)]
[L2Normalize]
public sealed partial class XlmRobertaMean;

[AttentionModel(Layout = WeightLayout.Roberta, Unread = ["golden.*"])]
[Encoder(layers: 1, width: 32, Prefix = "")]
[Embedding(vocabulary: 32, length: 12)]
[TokenTypes(1)]
[Positions(PositionKind.Learned, Offset = 2)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(48, Activation.Gelu)]
[Pooling(PoolingKind.First)]
[L2Normalize]
public sealed partial class XlmRobertaFirst;

/// <summary>Every third layer sees all rows and turns slowly, the others see a window; the first has no norm before its attention.</summary>
[AttentionModel(Layout = WeightLayout.ModernBert, Unread = ["golden.*"])]
[Encoder(layers: 4, width: 24, Norm = NormPlacement.Pre, FinalNorm = true, Bias = false, Prefix = "")]
[Embedding(vocabulary: 32, length: 12)]
[LayerNorm]
[Rotary(Base = 160000)]
[SelfAttention(heads: 3, At = new[] { 0 }, Norm = NormPlacement.None)]
[SelfAttention(heads: 3, At = new[] { 3 })]
[Rotary]
[SelfAttention(heads: 3, At = new[] { 1, 2 }, Window = 2)]
[FeedForward(32, Activation.Gelu, Gated = true)]
public sealed partial class ModernBert;

/// <summary>An encoder of texts that is a llama: rows see those before them, and the last row is the text's.</summary>
[AttentionModel(Layout = WeightLayout.Llama, Unread = ["golden.*"])]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Epsilon = 1e-6, Bias = false)]
[Embedding(vocabulary: 32, length: 12)]
[Rotary]
[SelfAttention(heads: 4, HeadWidth = 16, KeyValueHeads = 2, Causal = true, QueryKeyNorm = QueryKeyNorm.PerHead)]
[FeedForward(48, Activation.Silu, Gated = true)]
[Pooling(PoolingKind.Last)]
[L2Normalize]
public sealed partial class Qwen3Embedding;

/// <summary>CLIP's text with the names of another layout, and its QuickGELU.</summary>
[AttentionModel(Layout = WeightLayout.Bart, Scalars = ["logit_scale"])]
[Tensor(TensorRole.Embedding, "text_model.embeddings.token_embedding.weight")]
[Tensor(TensorRole.Positions, "text_model.embeddings.position_embedding.weight")]
[Tensor(TensorRole.SelfNorm, "{prefix}.layers.{layer}.layer_norm1.weight")]
[Tensor(TensorRole.FeedForwardNorm, "{prefix}.layers.{layer}.layer_norm2.weight")]
[Tensor(TensorRole.Hidden, "{prefix}.layers.{layer}.mlp.fc1.weight")]
[Tensor(TensorRole.Contract, "{prefix}.layers.{layer}.mlp.fc2.weight")]
[Tensor(TensorRole.FinalNorm, "text_model.final_layer_norm.weight")]
[Encoder(layers: 2, width: 16, Norm = NormPlacement.Pre, FinalNorm = true, Prefix = "text_model.encoder")]
[Embedding(vocabulary: 30, length: 10)]
[Positions(PositionKind.Learned)]
[SelfAttention(heads: 2, Causal = true)]
[FeedForward(32, Activation.QuickGelu)]
[Pooling(PoolingKind.Last)]
[Linear(12, Bias = false, Name = "text_projection")]
[L2Normalize]
public sealed partial class ClipText;
