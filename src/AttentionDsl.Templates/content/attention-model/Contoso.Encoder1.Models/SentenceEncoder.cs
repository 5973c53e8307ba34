using Attention.Dsl;

namespace Contoso.Encoder1.Models;

/// <summary>
/// Sentences to vectors of length 1. The numbers are those of the folder "model" beside the program, whose weights nobody has
/// trained and whose vocabulary has 50 words: put in a checkpoint with its tokenizer, and change them until there is no error.
/// </summary>
[AttentionModel(Layout = WeightLayout.Bert, Unread = new[] { "*.token_ids", "*.sequence", "*.embedding" })]
[Encoder(layers: 2, width: 16, Epsilon = 1e-12, Prefix = "")]
[Embedding(vocabulary: 50, length: 16)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 2)]
[FeedForward(28, Activation.Gelu)]
[Pooling(PoolingKind.Mean)]
[L2Normalize]
public sealed partial class SentenceEncoder;
