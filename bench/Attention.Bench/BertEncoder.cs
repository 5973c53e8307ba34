using Attention.Dsl;

namespace Attention.Bench;

/// <summary>The layers of BERT-base: 12 layers, 768 wide, 12 heads, feed-forward 3072.</summary>
[AttentionModel]
public sealed partial class BertEncoder
{
    [Encoder(layers: 12, width: 768, Epsilon = 1e-12)]
    [Embedding(vocabulary: 1000, length: 128)]
    [Positions(PositionKind.Learned)]
    [LayerNorm]
    [SelfAttention(heads: 12)]
    [FeedForward(3072, Activation.Gelu)]
    public sealed partial class Text;
}
