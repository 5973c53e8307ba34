using Attention.Dsl;

namespace Attention.Tests.Models;

[AttentionModel(Layout = WeightLayout.GptJ, Unread = ["golden.*"])]
[Decoder(layers: 1, width: 32, Norm = NormPlacement.Pre, Parallel = ParallelKind.OneNorm, FinalNorm = true)]
[Embedding(32, length: 12)]
[Rotary(Width = 4, Interleaved = true)]
[SelfAttention(heads: 4, Bias = false)]
[FeedForward(64, Activation.GeluTanh)]
[Logits]
public sealed partial class GptJLayer;
