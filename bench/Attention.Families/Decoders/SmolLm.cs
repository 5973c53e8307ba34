using Attention.Dsl;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Llama)]
[Decoder(layers: 30, width: 576, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Bias = false)]
[Embedding(vocabulary: 49152, length: 2048)]
[Rotary]
[SelfAttention(heads: 9, KeyValueHeads = 3)]
[FeedForward(1536, Activation.Silu, Gated = true)]
[Logits(Tied = true)]
internal sealed partial class SmolLm
{
    private static readonly LlamaTensors s_tensors = new(30, 576, 9, 3, 1536, 49152);

    public static Family Family { get; } = new("smollm", "SmolLM-135M", "BF16", 30, [.. s_tensors.All()], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Decoder(session, 128)))
    {
        Attention = s_tensors.Attention,
    };
}
