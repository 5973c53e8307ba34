using Attention.Dsl;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Gemma2, Weights = WeightFormat.BFloat16)]
[Decoder(layers: 26, width: 2304, Norm = NormPlacement.Sandwich, Kind = NormKind.RmsPlusOne, FinalNorm = true, Epsilon = 1e-6, Bias = false)]
[Embedding(vocabulary: 256000, length: 2048, Scaled = true)]
[Rotary]
[SelfAttention(heads: 8, HeadWidth = 256, KeyValueHeads = 4, SoftCap = 50)]
[FeedForward(9216, Activation.GeluTanh, Gated = true)]
[Logits(Tied = true, SoftCap = 30)]
internal sealed partial class Gemma2
{
    private static readonly LlamaTensors s_tensors = new(26, 2304, 8, 4, 9216, 256000)
    {
        HeadWidth = 256,
        Centre = 0,
        Norms = ["input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm"],
    };

    public static Family Family { get; } = new("gemma2", "gemma-2-2b", "BF16", 26, [.. s_tensors.All()], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Decoder(session, 128)))
    {
        Attention = s_tensors.Attention,
        WeightBytes = 2,
    };
}
