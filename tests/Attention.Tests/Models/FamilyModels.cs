using Attention.Dsl;

namespace Attention.Tests.Models;

// The declarations of the checkpoints that Goldens/make_family_goldens.py makes: each family's own names and parts, small.

[AttentionModel(Layout = WeightLayout.Bart)]
public sealed partial class BartModel
{
    [Encoder(layers: 2, width: 20)]
    [Embedding(vocabulary: 41, length: 14)]
    [Positions(PositionKind.Learned, Offset = 2)]
    [LayerNorm]
    [SelfAttention(heads: 4)]
    [FeedForward(32, Activation.Gelu)]
    public sealed partial class Reader;

    [Decoder(layers: 2, width: 20)]
    [Embedding(vocabulary: 41, length: 14, Shares = "reader")]
    [Positions(PositionKind.Learned, Offset = 2)]
    [LayerNorm]
    [SelfAttention(heads: 4)]
    [CrossAttention(from: "reader", Capture = true)]
    [FeedForward(32, Activation.Gelu)]
    [Logits(Tied = true, Bias = true)]
    public sealed partial class Writer;
}

[AttentionModel(Layout = WeightLayout.Bart)]
public sealed partial class MarianModel
{
    [Encoder(layers: 2, width: 16)]
    [Embedding(vocabulary: 37, length: 16, Scaled = true)]
    [Positions(PositionKind.SinusoidalHalves)]
    [SelfAttention(heads: 2)]
    [FeedForward(40, Activation.Silu)]
    public sealed partial class Reader;

    [Decoder(layers: 2, width: 16)]
    [Embedding(vocabulary: 37, length: 16, Scaled = true, Shares = "reader")]
    [Positions(PositionKind.SinusoidalHalves)]
    [SelfAttention(heads: 2)]
    [CrossAttention(from: "reader", Capture = true)]
    [FeedForward(40, Activation.Silu)]
    [Logits(Tied = true, Bias = true)]
    public sealed partial class Writer;
}

/// <summary>The classifier and, under the same prefix, the rows and the pooled vector that it is made of.</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 2, width: 24, Epsilon = 1e-12)]
[Embedding(vocabulary: 45, length: 13)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(40, Activation.Gelu)]
[Head(3, Pooler = Activation.Tanh)]
public sealed partial class BertClassifier;

[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 2, width: 24, Epsilon = 1e-12)]
[Embedding(vocabulary: 45, length: 13)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(40, Activation.Gelu)]
public sealed partial class BertRows;

/// <summary>BertForMaskedLM, whose last map is the table of words.</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 2, width: 24, Epsilon = 1e-12)]
[Embedding(vocabulary: 45, length: 13)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(40, Activation.Gelu)]
[Linear(24, Activation = Activation.Gelu)]
[LayerNorm]
[Logits(Tied = true, Bias = true)]
public sealed partial class BertMasked;

/// <summary>The same with names written out.</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Tensor(TensorRole.Logits, "cls.predictions.decoder.weight", Bias = "cls.predictions.bias")]
[Tensor(TensorRole.OutputNorm, "cls.predictions.transform.LayerNorm.weight")]
[Encoder(layers: 2, width: 24, Epsilon = 1e-12)]
[Embedding(vocabulary: 45, length: 13), TokenTypes(2), Positions(PositionKind.Learned), LayerNorm]
[SelfAttention(heads: 4), FeedForward(40, Activation.Gelu)]
[Linear(24, Activation = Activation.Gelu, Name = "cls.predictions.transform.dense"), LayerNorm, Logits(Tied = true, Bias = true)]
public sealed partial class BertMaskedByNames;

[AttentionModel(Layout = WeightLayout.Roberta)]
[Encoder(layers: 2, width: 20)]
[Embedding(vocabulary: 47, length: 12)]
[TokenTypes(1)]
[Positions(PositionKind.Learned, Offset = 2)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(36, Activation.Gelu)]
[Linear(20, Activation = Activation.Gelu)]
[LayerNorm]
[Logits(Tied = true, Bias = true)]
public sealed partial class RobertaMasked;

[AttentionModel(Layout = WeightLayout.DistilBert)]
[Encoder(layers: 2, width: 24, Epsilon = 1e-12)]
[Embedding(vocabulary: 43, length: 15)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(32, Activation.Gelu)]
[Linear(24, Activation = Activation.Gelu)]
[LayerNorm]
[Logits(Tied = true, Bias = true)]
public sealed partial class DistilBertMasked;

[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 2, width: 24, Epsilon = 1e-12)]
[Embedding(vocabulary: 45, length: 13)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(40, Activation.Gelu)]
[Pooling(PoolingKind.First)]
[Linear(24, Activation = Activation.Tanh, Name = "bert.pooler.dense")]
public sealed partial class BertPooled;

/// <summary>A sentence encoder as sentence-transformers keep it, without a prefix.</summary>
[AttentionModel(Layout = WeightLayout.Bert, Unread = new[] { "*.token_ids", "*.sequence", "*.embedding" })]
[Encoder(layers: 2, width: 16, Epsilon = 1e-12, Prefix = "")]
[Embedding(vocabulary: 50, length: 16)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 2)]
[FeedForward(28, Activation.Gelu)]
[Pooling(PoolingKind.Mean)]
[L2Normalize]
public sealed partial class MiniLm;

/// <summary>The same with fewer positions than it was trained with.</summary>
[AttentionModel(Layout = WeightLayout.Bert, Unread = new[] { "*.token_ids", "*.sequence", "*.embedding" })]
[Encoder(layers: 2, width: 16, Epsilon = 1e-12, Prefix = "")]
[Embedding(vocabulary: 50, length: 7)]
[TokenTypes(2)]
[Positions(PositionKind.Learned, Rows = 16)]
[LayerNorm]
[SelfAttention(heads: 2)]
[FeedForward(28, Activation.Gelu)]
public sealed partial class ShortMiniLm;

[AttentionModel(Layout = WeightLayout.Roberta)]
[Encoder(layers: 2, width: 20)]
[Embedding(vocabulary: 47, length: 12)]
[TokenTypes(1)]
[Positions(PositionKind.Learned, Offset = 2)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(36, Activation.Gelu)]
[Head(5, Pooler = Activation.Tanh)]
public sealed partial class RobertaClassifier;

[AttentionModel(Layout = WeightLayout.Roberta)]
[Encoder(layers: 2, width: 20)]
[Embedding(vocabulary: 47, length: 12)]
[TokenTypes(1)]
[Positions(PositionKind.Learned, Offset = 2)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(36, Activation.Gelu)]
public sealed partial class RobertaRows;

[AttentionModel(Layout = WeightLayout.DistilBert)]
[Encoder(layers: 2, width: 24, Epsilon = 1e-12)]
[Embedding(vocabulary: 43, length: 15)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 2)]
[FeedForward(32, Activation.Gelu)]
[Head(2, Pooler = Activation.Relu)]
public sealed partial class DistilBertClassifier;

[AttentionModel(Layout = WeightLayout.DistilBert)]
[Encoder(layers: 2, width: 24, Epsilon = 1e-12)]
[Embedding(vocabulary: 43, length: 15)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 2)]
[FeedForward(32, Activation.Gelu)]
public sealed partial class DistilBertRows;

/// <summary>Two stages of one model: the second is the head of the first.</summary>
[AttentionModel(Layout = WeightLayout.Vit)]
public sealed partial class VitModel
{
    [Encoder(layers: 2, width: 20, Norm = NormPlacement.Pre, FinalNorm = true, Epsilon = 1e-12)]
    [Patches(image: 12, patch: 4, Channels = 3)]
    [ClassToken]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 4)]
    [FeedForward(36, Activation.Gelu)]
    public sealed partial class Image;

    [Encoder(layers: 0, width: 20)]
    [Input(from: nameof(Image))]
    [Head(6)]
    public sealed partial class Label;
}

/// <summary>With one name written out, of patches whose values stay in the layout's order.</summary>
[AttentionModel(Layout = WeightLayout.VitPyTorch)]
[Tensor(TensorRole.Patches, "to_patch_embedding.1.weight")]
public sealed partial class VitPyTorchModel
{
    [Encoder(layers: 2, width: 20, Norm = NormPlacement.Pre)]
    [Patches(image: 12, patch: 4, Channels = 3)]
    [ClassToken]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 4, HeadWidth = 6, Bias = false, OutputBias = true)]
    [FeedForward(32, Activation.Gelu)]
    public sealed partial class Image;

    [Encoder(layers: 0, width: 20)]
    [Input(from: nameof(Image))]
    [Pooling(PoolingKind.First)]
    [LayerNorm]
    [Head(7)]
    public sealed partial class Label;
}

/// <summary>The same checkpoint, images given with the channel last, and every name the user's own.</summary>
[AttentionModel]
[Tensor(TensorRole.ClassToken, "cls_token")]
[Tensor(TensorRole.Positions, "pos_embedding")]
[Tensor(TensorRole.Patches, "to_patch_embedding.1.weight")]
[Tensor(TensorRole.SelfQueryKeyValue, "{prefix}.{layer}.0.fn.to_qkv.weight")]
[Tensor(TensorRole.SelfOutput, "{prefix}.{layer}.0.fn.to_out.0.weight")]
[Tensor(TensorRole.SelfNorm, "{prefix}.{layer}.0.norm.weight")]
[Tensor(TensorRole.Hidden, "{prefix}.{layer}.1.fn.net.0.weight")]
[Tensor(TensorRole.Contract, "{prefix}.{layer}.1.fn.net.3.weight", Bias = "{prefix}.{layer}.1.fn.net.3.bias")]
[Tensor(TensorRole.FeedForwardNorm, "{prefix}.{layer}.1.norm.weight")]
[Tensor(TensorRole.OutputNorm, "mlp_head.0.weight")]
[Tensor(TensorRole.Head, "mlp_head.{n}.weight")]
[Encoder(layers: 2, width: 20, Norm = NormPlacement.Pre, Prefix = "transformer.layers")]
[Patches(image: 12, patch: 4, Channels = 3, ChannelsLast = true, Order = PatchOrder.ChannelsLast)]
[ClassToken]
[Positions(PositionKind.Learned)]
[SelfAttention(heads: 4, HeadWidth = 6, QueryBias = false, KeyBias = false, ValueBias = false)]
[FeedForward(32, Activation.Gelu)]
[Pooling(PoolingKind.First)]
[LayerNorm]
[Head(7)]
public sealed partial class OwnNames;

[AttentionModel(Layout = WeightLayout.Gpt2)]
[Decoder(layers: 2, width: 24, Norm = NormPlacement.Pre, FinalNorm = true)]
[Embedding(vocabulary: 53, length: 16)]
[Positions(PositionKind.Learned)]
[SelfAttention(heads: 4)]
[FeedForward(40, Activation.GeluTanh)]
[Logits(Tied = true)]
public sealed partial class Gpt2Model;

/// <summary>The same with one name written out: the tensor stays input × output, as the layout has it.</summary>
[AttentionModel(Layout = WeightLayout.Gpt2)]
[Tensor(TensorRole.SelfOutput, "transformer.h.{layer}.attn.c_proj.weight")]
[Decoder(layers: 2, width: 24, Norm = NormPlacement.Pre, FinalNorm = true)]
[Embedding(vocabulary: 53, length: 16)]
[Positions(PositionKind.Learned)]
[SelfAttention(heads: 4)]
[FeedForward(40, Activation.GeluTanh)]
[Logits(Tied = true)]
public sealed partial class Gpt2OwnName;
