using Attention.Dsl;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Llama)]
[Decoder(layers: 24, width: 896, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Epsilon = 1e-6, Bias = false)]
[Embedding(vocabulary: 151936, length: 2048)]
[Rotary(Base = 1000000)]
[SelfAttention(heads: 14, KeyValueHeads = 2, Bias = true, OutputBias = false)]
[FeedForward(4864, Activation.Silu, Gated = true)]
[Logits(Tied = true)]
internal sealed partial class Qwen2
{
    private static readonly LlamaTensors s_tensors = new(24, 896, 14, 2, 4864, 151936) { HasBias = true };

    public static Family Family { get; } = new("qwen2", "Qwen2.5-0.5B", "BF16", 24, [.. s_tensors.All()], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Decoder(session, 128)))
    {
        Attention = s_tensors.Attention,
    };
}
