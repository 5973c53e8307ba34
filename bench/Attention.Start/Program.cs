// all-MiniLM-L6-v2: the embedding of twelve tokens, as soon as it can be had. Arguments: the checkpoint, and "kept" to keep its packed weights.
using Attention.Dsl;
using Attention.Start;

using MiniLm model = MiniLm.Load(args[0], threads: 1, keepPacked: args.Contains("kept"));
using MiniLm.Session session = model.CreateSession();
Report.First(session.Forward(Report.Tokens));
Report.Rest(() => session.Forward(Report.Tokens));

/// <summary>The model as <c>attention scaffold</c> writes it.</summary>
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
