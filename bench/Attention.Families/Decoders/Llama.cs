using Attention.Dsl;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Llama)]
[Decoder(layers: 16, width: 2048, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Bias = false)]
[Embedding(vocabulary: 128256, length: 2048)]
[Rotary(Base = 500000, Scaling = RotaryScaling.Llama3, Factor = 32, OriginalLength = 8192)]
[SelfAttention(heads: 32, KeyValueHeads = 8)]
[FeedForward(8192, Activation.Silu, Gated = true)]
[Logits(Tied = true)]
internal sealed partial class Llama
{
    private static readonly LlamaTensors s_tensors = new(16, 2048, 32, 8, 8192, 128256);

    public static Family Family { get; } = new("llama", "Llama-3.2-1B", "BF16", 16, [.. s_tensors.All()], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Decoder(session, 128)))
    {
        Attention = s_tensors.Attention,
    };
}
