using Attention.Dsl;

namespace Attention.Bench;

/// <summary>Two layers as MiniLM has them, over thousands of tokens: 384 wide, 12 heads, feed-forward 1536.</summary>
[AttentionModel]
public sealed partial class LongEncoder
{
    [Encoder(layers: 2, width: 384, Epsilon = 1e-12)]
    [Embedding(vocabulary: 1000, length: 8192)]
    [Positions(PositionKind.Learned)]
    [LayerNorm]
    [SelfAttention(heads: 12)]
    [FeedForward(1536, Activation.Gelu)]
    public sealed partial class Text;
}
