using Attention.Dsl;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Gemma2)]
[Decoder(layers: 16, width: 2048, Norm = NormPlacement.ResidualPost, Kind = NormKind.Rms, FinalNorm = true, Epsilon = 1e-6, Bias = false)]
[Embedding(vocabulary: 100352, length: 2048)]
[Rotary(Base = 500000)]
[SelfAttention(heads: 16, QueryKeyNorm = QueryKeyNorm.Whole)]
[FeedForward(8192, Activation.Silu, Gated = true)]
[Logits(Bias = false)]
internal sealed partial class Olmo2
{
    private static readonly LlamaTensors s_tensors = new(16, 2048, 16, 16, 8192, 100352)
    {
        Table = Use.None,
        HeadNorms = (2048, 2048),
        Norms = ["post_attention_layernorm", "post_feedforward_layernorm"],
    };

    public static Family Family { get; } = new("olmo2", "OLMo-2-0425-1B", "F32", 16, [.. s_tensors.All()], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Decoder(session, 128)))
    {
        Attention = s_tensors.Attention,
    };
}
