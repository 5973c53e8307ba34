using Attention.Dsl;

namespace Attention.Families;

/// <summary>Eight layers of thirty-two.</summary>
[AttentionModel(Layout = WeightLayout.Llama, Weights = WeightFormat.BFloat16)]
[Decoder(layers: 8, width: 4096, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Bias = false)]
[Embedding(vocabulary: 32000, length: 8192)]
[Rotary]
[SelfAttention(heads: 32, KeyValueHeads = 8, Window = 4096)]
[FeedForward(14336, Activation.Silu, Gated = true)]
[Logits(Bias = false)]
internal sealed partial class Mistral
{
    private static readonly LlamaTensors s_tensors = new(8, 4096, 32, 8, 14336, 32000) { Table = Use.None };

    public static Family Family { get; } = new("mistral", "Mistral-7B-v0.1", "BF16", 8, [.. s_tensors.All()], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Decoder(session, 128)))
    {
        Attention = s_tensors.Attention,
        Published = 32,
        WeightBytes = 2,
    };
}
