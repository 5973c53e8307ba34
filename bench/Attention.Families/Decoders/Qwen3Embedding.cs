using Attention.Dsl;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Llama)]
[Encoder(layers: 28, width: 1024, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Epsilon = 1e-6, Bias = false, Prefix = "")]
[Embedding(vocabulary: 151669, length: 2048)]
[Rotary(Base = 1000000)]
[SelfAttention(heads: 16, HeadWidth = 128, KeyValueHeads = 8, Causal = true, QueryKeyNorm = QueryKeyNorm.PerHead)]
[FeedForward(3072, Activation.Silu, Gated = true)]
[Pooling(PoolingKind.Last)]
[L2Normalize]
internal sealed partial class Qwen3Embedding
{
    private static readonly LlamaTensors s_tensors = new(28, 1024, 16, 8, 3072, 151669) { Prefix = "", HeadWidth = 128, HeadNorms = (128, 128), Table = Use.None };

    public static Family Family { get; } = new("qwen3-embedding", "Qwen3-Embedding-0.6B", "BF16", 28, [.. s_tensors.All()], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Pooled(session, 128)))
    {
        Attention = s_tensors.Attention,
    };
}
