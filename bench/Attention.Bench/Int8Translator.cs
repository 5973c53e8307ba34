using Attention.Dsl;

namespace Attention.Bench;

/// <summary>The same as <see cref="Translator"/>, its weights kept as eight-bit integers.</summary>
[AttentionModel(Weights = WeightFormat.Int8)]
public sealed partial class Int8Translator
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
    [Logits(Bias = false)]
    public sealed partial class Words;
}
