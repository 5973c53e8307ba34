using Attention.Dsl;

namespace SemanticSearch;

/// <summary>sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0): a text to a vector of 384.</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 6, width: 384, Epsilon = 1e-12, Prefix = "")]
[Embedding(vocabulary: 30522, length: 512)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(1536, Activation.Gelu)]
[Pooling(PoolingKind.Mean)]
[L2Normalize]
internal sealed partial class MiniLm;
