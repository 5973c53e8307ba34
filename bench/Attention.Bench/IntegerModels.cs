using Attention.Dsl;

namespace Attention.Bench;

/// <summary>The same as <see cref="SentenceEncoder"/>, its products in whole numbers.</summary>
[AttentionModel(Products = ProductFormat.Int8)]
public sealed partial class IntegerSentenceEncoder
{
    [Encoder(layers: 6, width: 384, Epsilon = 1e-12)]
    [Embedding(vocabulary: 1000, length: 512)]
    [Positions(PositionKind.Learned)]
    [LayerNorm]
    [SelfAttention(heads: 12)]
    [FeedForward(1536, Activation.Gelu)]
    public sealed partial class Text;
}

/// <summary>The same as <see cref="BertEncoder"/>, its products in whole numbers.</summary>
[AttentionModel(Products = ProductFormat.Int8)]
public sealed partial class IntegerBertEncoder
{
    [Encoder(layers: 12, width: 768, Epsilon = 1e-12)]
    [Embedding(vocabulary: 1000, length: 128)]
    [Positions(PositionKind.Learned)]
    [LayerNorm]
    [SelfAttention(heads: 12)]
    [FeedForward(3072, Activation.Gelu)]
    public sealed partial class Text;
}

/// <summary>The same as <see cref="Translator"/>, its products in whole numbers, the logits' too.</summary>
[AttentionModel(Products = ProductFormat.Int8)]
public sealed partial class IntegerTranslator
{
    [Encoder(layers: 0, width: 512)]
    [Features(length: 64)]
    public sealed partial class Source;

    [Decoder(layers: 6, width: 512)]
    [Embedding(vocabulary: 32000, length: 64)]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 8)]
    [CrossAttention(from: nameof(Source))]
    [FeedForward(2048, Activation.Relu)]
    [Logits(Bias = false, Products = ProductFormat.Int8)]
    public sealed partial class Words;
}
