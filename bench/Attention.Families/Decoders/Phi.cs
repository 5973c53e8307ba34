using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Phi, Weights = WeightFormat.BFloat16)]
[Decoder(layers: 32, width: 2560, Norm = NormPlacement.Pre, Parallel = ParallelKind.OneNorm, FinalNorm = true)]
[Embedding(vocabulary: 51200, length: 2048)]
[Rotary(Width = 32)]
[SelfAttention(heads: 32)]
[FeedForward(10240, Activation.GeluTanh)]
[Logits]
internal sealed partial class Phi2
{
    public static Family Family { get; } = new("phi", "phi-2", "F16", 32,
    [
        Table("model.embed_tokens.weight", 51200, 2560),
        .. Enumerable.Range(0, 32).SelectMany(layer => Layer($"model.layers.{layer}.")),
        .. Norm("model.final_layernorm", 2560),
        .. Linear("lm_head", 51200, 2560, Use.Last),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Decoder(session, 128)))
    {
        Attention = Family.Attending(128, 64.5, 32 * 2560),
        WeightBytes = 2,
    };

    private static IEnumerable<PublishedTensor> Layer(string layer) =>
    [
        .. Norm(layer + "input_layernorm", 2560),
        .. Linear(layer + "self_attn.q_proj", 2560, 2560),
        .. Linear(layer + "self_attn.k_proj", 2560, 2560),
        .. Linear(layer + "self_attn.v_proj", 2560, 2560),
        .. Linear(layer + "self_attn.dense", 2560, 2560),
        .. Linear(layer + "mlp.fc1", 10240, 2560),
        .. Linear(layer + "mlp.fc2", 2560, 10240),
    ];
}

[AttentionModel(Layout = WeightLayout.Phi3, Weights = WeightFormat.BFloat16)]
[Decoder(layers: 32, width: 3072, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Bias = false)]
[Embedding(vocabulary: 32064, length: 2048)]
[Rotary]
[SelfAttention(heads: 32, Window = 2047)]
[FeedForward(8192, Activation.Silu, Gated = true)]
[Logits(Bias = false)]
internal sealed partial class Phi3Mini
{
    public static Family Family { get; } = new("phi3", "Phi-3-mini-4k-instruct", "BF16", 32,
    [
        Table("model.embed_tokens.weight", 32064, 3072),
        .. Enumerable.Range(0, 32).SelectMany(layer => Layer($"model.layers.{layer}.")),
        Factors("model.norm.weight", 3072),
        Map("lm_head.weight", 32064, 3072, Use.Last),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Decoder(session, 128)))
    {
        Attention = Family.Attending(128, 64.5, 32 * 3072),
        WeightBytes = 2,
    };

    private static IEnumerable<PublishedTensor> Layer(string layer) =>
    [
        Factors(layer + "input_layernorm.weight", 3072),
        Map(layer + "self_attn.qkv_proj.weight", 3 * 3072, 3072),
        Map(layer + "self_attn.o_proj.weight", 3072, 3072),
        Factors(layer + "post_attention_layernorm.weight", 3072),
        Map(layer + "mlp.gate_up_proj.weight", 2 * 8192, 3072),
        Map(layer + "mlp.down_proj.weight", 3072, 8192),
    ];
}
