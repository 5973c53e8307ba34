using Attention.Dsl;

namespace Pronounce;

/// <summary>
/// The same in recurrent cells: letters from both sides, and a state that looks at them before each phoneme (Bahdanau, Cho and
/// Bengio 2015).
/// </summary>
[AttentionModel]
public sealed partial class BahdanauPronouncer
{
    /// <summary>Reads the letters of a word, then the end token.</summary>
    [Encoder(layers: 1, width: 256, Prefix = "")]
    [Embedding(vocabulary: 32, length: 32, Width = 64, Name = "source_embedding")]
    [Recurrent(CellKind.Gru, Bidirectional = true, Name = "encoder")]
    public sealed partial class Spelling;

    /// <summary>Says the phonemes one after the other, from the begin token on.</summary>
    [Decoder(layers: 1, width: 256, Prefix = "")]
    [Embedding(vocabulary: 87, length: 32, Width = 64, Name = "target_embedding")]
    [Bridge(from: "spelling", Map = true, Activation = Activation.Tanh)]
    [AdditiveAttention(from: "spelling", width: 128, QueryBias = true, Capture = true)]
    [Recurrent(CellKind.Gru, Name = "decoder")]
    [DeepOutput]
    [Logits(Name = "output")]
    public sealed partial class Phonemes;
}

/// <summary>
/// And one whose state looks at the letters after each phoneme, and feeds what it made of them to the next (Luong, Pham and
/// Manning 2015).
/// </summary>
[AttentionModel]
public sealed partial class LuongPronouncer
{
    /// <inheritdoc cref="BahdanauPronouncer.Spelling"/>
    [Encoder(layers: 1, width: 256, Prefix = "")]
    [Embedding(vocabulary: 32, length: 32, Width = 64, Name = "source_embedding")]
    [Recurrent(CellKind.Gru, Bidirectional = true, Name = "encoder")]
    public sealed partial class Spelling;

    /// <inheritdoc cref="BahdanauPronouncer.Phonemes"/>
    [Decoder(layers: 1, width: 256, Prefix = "")]
    [Embedding(vocabulary: 87, length: 32, Width = 64, Name = "target_embedding")]
    [Bridge(from: "spelling", Map = true, Activation = Activation.Tanh)]
    [Recurrent(CellKind.Gru, Name = "decoder")]
    [LuongAttention(from: "spelling", ScoreKind.General, MapKeys = true, InputFeeding = true, Capture = true)]
    [Logits(Name = "output")]
    public sealed partial class Phonemes;
}
