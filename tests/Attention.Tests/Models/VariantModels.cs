using Attention.Dsl;

namespace Attention.Tests.Models;

// The declarations of the models that Goldens/make_goldens.py computes. Sizes are awkward on purpose: hardly one is a
// multiple of a vector, and together they use every option that changes a number or the name of a tensor.

[AttentionModel]
public sealed partial class PreNormEncoder
{
    [Encoder(layers: 2, width: 36, Norm = NormPlacement.Pre, FinalNorm = true)]
    [Embedding(vocabulary: 29, length: 17, Scaled = true)]
    [Positions(PositionKind.Sinusoidal)]
    [SelfAttention(heads: 3)]
    [FeedForward(50, Activation.Relu)]
    public sealed partial class Text;
}

[AttentionModel]
public sealed partial class SentenceEncoder
{
    [Encoder(layers: 2, width: 20, Epsilon = 1e-12)]
    [Embedding(vocabulary: 31, length: 13)]
    [Positions(PositionKind.Learned)]
    [LayerNorm]
    [SelfAttention(heads: 5)]
    [FeedForward(45, Activation.Gelu)]
    [Pooling(PoolingKind.Mean)]
    [Linear(11)]
    [L2Normalize]
    public sealed partial class Text;
}

[AttentionModel]
public sealed partial class Classifier
{
    [Encoder(layers: 2, width: 50)]
    [Embedding(vocabulary: 23, length: 9, Scaled = true, Name = "words")]
    [Positions(PositionKind.Sinusoidal)]
    [SelfAttention(heads: 5, Name = "blocks.{layer}.attn")]
    [FeedForward(30, Activation.GeluTanh, Name = "blocks.{layer}.mlp")]
    [Pooling(PoolingKind.First)]
    [LayerNorm(Epsilon = 1e-3, Name = "head.norm")]
    [Linear(33, Activation = Activation.GeluTanh)]
    [Linear(7, Bias = false)]
    public sealed partial class Text;
}

[AttentionModel]
public sealed partial class BiaslessEncoder
{
    [Encoder(layers: 2, width: 36, Norm = NormPlacement.Pre, FinalNorm = true, Bias = false)]
    [Embedding(vocabulary: 19, length: 11)]
    [Positions(PositionKind.Learned)]
    [LayerNorm]
    [SelfAttention(heads: 3)]
    [FeedForward(41, Activation.Silu)]
    [Pooling(PoolingKind.Max)]
    public sealed partial class Text;
}

[AttentionModel]
public sealed partial class Translator
{
    [Encoder(layers: 2, width: 24)]
    [Embedding(vocabulary: 21, length: 12, Scaled = true)]
    [Positions(PositionKind.Sinusoidal)]
    [SelfAttention(heads: 3)]
    [FeedForward(40, Activation.GeluTanh)]
    public sealed partial class Source;

    [Decoder(layers: 2, width: 36, Norm = NormPlacement.Pre, FinalNorm = true)]
    [Embedding(vocabulary: 27, length: 17, Scaled = true)]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 3)]
    [CrossAttention(from: "source", heads: 4, SourceWidth = 24)]
    [FeedForward(50, Activation.Relu)]
    [Logits(Tied = true)]
    public sealed partial class Target;
}

[AttentionModel]
public sealed partial class CausalEncoder
{
    [Encoder(layers: 2, width: 20)]
    [Embedding(vocabulary: 18, length: 17)]
    [SelfAttention(heads: 5, Causal = true)]
    [FeedForward(35, Activation.Gelu)]
    public sealed partial class Text;
}

[AttentionModel]
public sealed partial class Summarizer
{
    [Encoder(layers: 1, width: 20)]
    [Embedding(vocabulary: 23, length: 14, Scaled = true, Name = "shared")]
    [Positions(PositionKind.Sinusoidal)]
    [SelfAttention(heads: 3, HeadWidth = 8, Bias = false)]
    [FeedForward(33, Activation.Silu)]
    public sealed partial class Reader;

    [Decoder(layers: 2, width: 20)]
    [Embedding(vocabulary: 23, length: 10, Shares = "reader")]
    [Positions(PositionKind.Sinusoidal)]
    [SelfAttention(heads: 3, HeadWidth = 8, Bias = false)]
    [CrossAttention(from: nameof(Reader), HeadWidth = 8, Bias = false)]
    [FeedForward(28, Activation.Silu)]
    [Logits(Bias = false, Name = "output")]
    public sealed partial class Writer;
}

[AttentionModel]
public sealed partial class Tagger
{
    [Encoder(layers: 3, width: 21, Prefix = "tagger")]
    [Embedding(vocabulary: 25, length: 17)]
    [Positions(PositionKind.Learned, Name = "places")]
    [SelfAttention(heads: 3)]
    [FeedForward(37, Activation.Relu)]
    [Linear(9, Name = "tags")]
    public sealed partial class Text;
}

[AttentionModel]
internal sealed partial class LanguageModel
{
    [Decoder(layers: 2, width: 20, Norm = NormPlacement.Pre, FinalNorm = true)]
    [Embedding(vocabulary: 26, length: 15)]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 5)]
    [FeedForward(33, Activation.GeluTanh)]
    [Logits(Tied = true, Bias = true)]
    public sealed partial class Text;
}
