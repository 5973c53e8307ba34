using Attention.Dsl;

namespace Attention.Bench;

// The recurrent stages that are measured.

[AttentionModel, Encoder(layers: 1, width: 512, Prefix = ""), Features(128, Width = 256), Recurrent(CellKind.Gru, Bidirectional = true)]
public sealed partial class GruBothWays;

[AttentionModel, Encoder(layers: 1, width: 512, Prefix = ""), Features(128, Width = 256), Recurrent(CellKind.Lstm, Bidirectional = true)]
public sealed partial class LstmBothWays;

/// <summary>A decoder that attends before each step: Bahdanau et al. 2015.</summary>
[AttentionModel]
public sealed partial class BahdanauStep
{
    [Encoder(layers: 0, width: 512, Prefix = "source"), Features(128)]
    public sealed partial class Source;

    [Decoder(layers: 1, width: 256, Prefix = ""), Embedding(1000, length: 64), AdditiveAttention(nameof(Source), width: 256, QueryBias = true), Recurrent(CellKind.Gru), Logits(Bias = false)]
    public sealed partial class Target;
}
