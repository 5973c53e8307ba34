using Attention.Dsl;

namespace Attention.Bench;

/// <summary>The encoder of "Attention Is All You Need": 6 layers, 512 wide, 8 heads, feed-forward 2048.</summary>
[AttentionModel]
public sealed partial class BaseEncoder
{
    [Encoder(layers: 6, width: 512)]
    [Embedding(vocabulary: 1000, length: 64)]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 8)]
    [FeedForward(2048, Activation.Relu)]
    public sealed partial class Text;
}
