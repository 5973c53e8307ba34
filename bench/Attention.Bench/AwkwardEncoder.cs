using Attention.Dsl;

namespace Attention.Bench;

/// <summary>Sizes that no vector divides: 6 layers, 200 wide, 5 heads, feed-forward 776.</summary>
[AttentionModel]
public sealed partial class AwkwardEncoder
{
    [Encoder(layers: 6, width: 200)]
    [Embedding(vocabulary: 1000, length: 77)]
    [Positions(PositionKind.Learned)]
    [LayerNorm]
    [SelfAttention(heads: 5)]
    [FeedForward(776, Activation.Gelu)]
    public sealed partial class Text;
}
