using Attention.Dsl;

namespace Write;

/// <summary>stories260K (MIT, A. Karpathy): a llama of 260,032 parameters that was trained on small children's stories.</summary>
[AttentionModel(Layout = WeightLayout.Llama)]
[Decoder(layers: 5, width: 64, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-5, FinalNorm = true, Bias = false)]
[Embedding(vocabulary: 512, length: 512)]
[Rotary]
[SelfAttention(heads: 8, KeyValueHeads = 4)]
[FeedForward(172, Activation.Silu, Gated = true)]
[Logits(Tied = true)]
internal sealed partial class Storyteller;
