using Attention.Dsl;

namespace Pronounce;

/// <summary>
/// A small "Attention Is All You Need" Transformer (Vaswani et al. 2017) from an English word's letters to its
/// phonemes. The attributes are all there is to write: the forward pass is generated from them.
/// </summary>
[AttentionModel]
public sealed partial class Pronouncer
{
    /// <summary>Reads the letters of a word, then the end token.</summary>
    [Encoder(layers: 3, width: 128)]
    [Embedding(vocabulary: 32, length: 32, Scaled = true, Name = "source_embedding")]
    [Positions(PositionKind.Sinusoidal)]
    [SelfAttention(heads: 4, Capture = true)]
    [FeedForward(512, Activation.Relu)]
    public sealed partial class Spelling;

    /// <summary>Says the phonemes one after the other, from the begin token on.</summary>
    [Decoder(layers: 3, width: 128)]
    [Embedding(vocabulary: 87, length: 32, Scaled = true, Name = "target_embedding")]
    [Positions(PositionKind.Sinusoidal)]
    [SelfAttention(heads: 4, Capture = true)]
    [CrossAttention(from: "spelling", Capture = true)]
    [FeedForward(512, Activation.Relu)]
    [Logits(Name = "output")]
    public sealed partial class Phonemes;
}
