using Attention.Dsl;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Llama)]
[Decoder(layers: 22, width: 2048, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Bias = false)]
[Embedding(vocabulary: 32000, length: 2048)]
[Rotary]
[SelfAttention(heads: 32, KeyValueHeads = 4)]
[FeedForward(5632, Activation.Silu, Gated = true)]
[Logits(Bias = false)]
internal sealed partial class TinyLlama
{
    private static readonly LlamaTensors s_tensors = new(22, 2048, 32, 4, 5632, 32000) { Table = Use.None };

    public static Family Family { get; } = new("tinyllama", "TinyLlama-1.1B", "BF16", 22, [.. s_tensors.All()], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Decoder(session, 128)))
    {
        Attention = s_tensors.Attention,
    };
}
