using Attention.Dsl;

namespace Attention.Families;

/// <summary>Its file has a copy of the table as the map of the scores.</summary>
[AttentionModel(Layout = WeightLayout.Llama)]
[Decoder(layers: 28, width: 1024, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Epsilon = 1e-6, Bias = false)]
[Embedding(vocabulary: 151936, length: 2048)]
[Rotary(Base = 1000000)]
[SelfAttention(heads: 16, HeadWidth = 128, KeyValueHeads = 8, QueryKeyNorm = QueryKeyNorm.PerHead)]
[FeedForward(3072, Activation.Silu, Gated = true)]
[Logits(Tied = true)]
internal sealed partial class Qwen3
{
    private static readonly LlamaTensors s_tensors = new(28, 1024, 16, 8, 3072, 151936) { HeadWidth = 128, HeadNorms = (128, 128) };

    public static Family Family { get; } = new("qwen3", "Qwen3-0.6B", "BF16", 28, [.. s_tensors.All(), s_tensors.All().First().As("lm_head.weight")], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Decoder(session, 128)))
    {
        Attention = s_tensors.Attention,
    };
}
