using Attention.Dsl;

namespace Attention.Bench;

/// <summary>A decoder of the base Transformer's shape over rows that it is given: 6 layers, 512 wide, 8 heads, 32,000 tokens.</summary>
[AttentionModel]
public sealed partial class Translator
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
