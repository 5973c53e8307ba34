using Attention.Dsl;

namespace SemanticSearch;

/// <summary>cross-encoder/ms-marco-MiniLM-L-6-v2 (Apache-2.0): how well a passage answers a query. Declared as published; it is run where a folder of it is given.</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 6, width: 384, Epsilon = 1e-12)]
[Embedding(vocabulary: 30522, length: 512)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(1536, Activation.Gelu)]
[Head(1, Pooler = Activation.Tanh)]
internal sealed partial class Reranker;
