using Attention.Dsl;

namespace Attention.Bench;

/// <summary>The shape of DeiT-Ti after its patches: 12 layers, 192 wide, 3 heads, feed-forward 768.</summary>
[AttentionModel]
public sealed partial class ImageEncoder
{
    [Encoder(layers: 12, width: 192, Norm = NormPlacement.Pre, FinalNorm = true, Epsilon = 1e-6)]
    [Features(length: 197)]
    [SelfAttention(heads: 3)]
    [FeedForward(768, Activation.Gelu)]
    public sealed partial class Patches;
}
