using Attention.Dsl;

namespace Attention.Bench;

/// <summary>The shape of MiniLM-L6: 6 layers, 384 wide, 12 heads, feed-forward 1536.</summary>
[AttentionModel]
public sealed partial class SentenceEncoder
{
    [Encoder(layers: 6, width: 384, Epsilon = 1e-12)]
    [Embedding(vocabulary: 1000, length: 512)]
    [Positions(PositionKind.Learned)]
    [LayerNorm]
    [SelfAttention(heads: 12)]
    [FeedForward(1536, Activation.Gelu)]
    public sealed partial class Text;
}
