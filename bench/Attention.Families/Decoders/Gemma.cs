using Attention.Dsl;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Llama, Weights = WeightFormat.BFloat16)]
[Decoder(layers: 18, width: 2048, Norm = NormPlacement.Pre, Kind = NormKind.RmsPlusOne, FinalNorm = true, Epsilon = 1e-6, Bias = false)]
[Embedding(vocabulary: 256000, length: 2048, Scaled = true)]
[Rotary]
[SelfAttention(heads: 8, HeadWidth = 256, KeyValueHeads = 1)]
[FeedForward(16384, Activation.GeluTanh, Gated = true)]
[Logits(Tied = true)]
internal sealed partial class Gemma
{
    private static readonly LlamaTensors s_tensors = new(18, 2048, 8, 1, 16384, 256000) { HeadWidth = 256, Centre = 0 };

    public static Family Family { get; } = new("gemma", "gemma-2b", "BF16", 18, [.. s_tensors.All()], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Decoder(session, 128)))
    {
        Attention = s_tensors.Attention,
        WeightBytes = 2,
    };
}
