using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Gpt2)]
[Decoder(layers: 12, width: 768, Norm = NormPlacement.Pre, FinalNorm = true, Prefix = "")]
[Embedding(vocabulary: 50257, length: 1024)]
[Positions(PositionKind.Learned)]
[SelfAttention(heads: 12)]
[FeedForward(3072, Activation.GeluTanh)]
[Logits(Tied = true)]
internal sealed partial class Gpt2
{
    public static Family Family { get; } = new("gpt2", "gpt2", "F32", 12,
    [
        Table("wte.weight", 50257, 768, Use.Last),
        Table("wpe.weight", 1024, 768),
        .. Enumerable.Range(0, 12).SelectMany(layer => Layer($"h.{layer}.")),
        .. Norm("ln_f", 768),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Decoder(session, 128)))
    {
        Attention = Family.Attending(128, 64.5, 12 * 768),
    };

    private static IEnumerable<PublishedTensor> Layer(string layer) =>
    [
        .. Norm(layer + "ln_1", 768),
        Buffer(layer + "attn.bias", "F32", 1, 1, 1024, 1024),
        .. Conv1D(layer + "attn.c_attn", 2304, 768),
        .. Conv1D(layer + "attn.c_proj", 768, 768),
        .. Norm(layer + "ln_2", 768),
        .. Conv1D(layer + "mlp.c_fc", 3072, 768),
        .. Conv1D(layer + "mlp.c_proj", 768, 3072),
    ];
}

/// <summary>Eight layers of twenty-eight.</summary>
[AttentionModel(Layout = WeightLayout.GptJ, Weights = WeightFormat.Int8)]
[Decoder(layers: 8, width: 4096, Norm = NormPlacement.Pre, Parallel = ParallelKind.OneNorm, FinalNorm = true)]
[Embedding(vocabulary: 50400, length: 2048)]
[Rotary(Width = 64, Interleaved = true)]
[SelfAttention(heads: 16, Bias = false)]
[FeedForward(16384, Activation.GeluTanh)]
[Logits]
internal sealed partial class GptJ
{
    public static Family Family { get; } = new("gptj", "gpt-j-6b", "F16", 8,
    [
        Table("transformer.wte.weight", 50400, 4096),
        .. Enumerable.Range(0, 8).SelectMany(layer => Layer($"transformer.h.{layer}.")),
        .. Norm("transformer.ln_f", 4096),
        .. Linear("lm_head", 50400, 4096, Use.Last),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Decoder(session, 128)))
    {
        Published = 28,
        Attention = Family.Attending(128, 64.5, 8 * 4096),
        WeightBytes = 1,
    };

    private static IEnumerable<PublishedTensor> Layer(string layer) =>
    [
        .. Norm(layer + "ln_1", 4096),
        Buffer(layer + "attn.bias", "BOOL", 1, 1, 2048, 2048),
        Buffer(layer + "attn.masked_bias", "F32"),
        Map(layer + "attn.q_proj.weight", 4096, 4096),
        Map(layer + "attn.k_proj.weight", 4096, 4096),
        Map(layer + "attn.v_proj.weight", 4096, 4096),
        Map(layer + "attn.out_proj.weight", 4096, 4096),
        .. Linear(layer + "mlp.fc_in", 16384, 4096),
        .. Linear(layer + "mlp.fc_out", 4096, 16384),
    ];
}

[AttentionModel(Layout = WeightLayout.GptNeoX)]
[Decoder(layers: 6, width: 512, Norm = NormPlacement.Pre, Parallel = ParallelKind.OwnNorms, FinalNorm = true)]
[Embedding(vocabulary: 50304, length: 2048)]
[Rotary(Width = 16)]
[SelfAttention(heads: 8)]
[FeedForward(2048, Activation.Gelu)]
[Logits(Bias = false)]
internal sealed partial class Pythia
{
    public static Family Family { get; } = new("gpt_neox", "pythia-70m", "F16", 6,
    [
        Table("gpt_neox.embed_in.weight", 50304, 512),
        .. Enumerable.Range(0, 6).SelectMany(layer => Layer($"gpt_neox.layers.{layer}.")),
        .. Norm("gpt_neox.final_layer_norm", 512),
        Map("embed_out.weight", 50304, 512, Use.Last),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Decoder(session, 128)))
    {
        Attention = Family.Attending(128, 64.5, 6 * 512),
    };

    private static IEnumerable<PublishedTensor> Layer(string layer) =>
    [
        .. Norm(layer + "input_layernorm", 512),
        .. Norm(layer + "post_attention_layernorm", 512),
        Buffer(layer + "attention.bias", "U8", 1, 1, 2048, 2048),
        Buffer(layer + "attention.masked_bias", "F16"),
        Buffer(layer + "attention.rotary_emb.inv_freq", "F16", 8),
        .. Linear(layer + "attention.query_key_value", 1536, 512),
        .. Linear(layer + "attention.dense", 512, 512),
        .. Linear(layer + "mlp.dense_h_to_4h", 2048, 512),
        .. Linear(layer + "mlp.dense_4h_to_h", 512, 2048),
    ];
}

[AttentionModel(Layout = WeightLayout.Bloom)]
[Decoder(layers: 24, width: 1024, Norm = NormPlacement.Pre, FinalNorm = true, Prefix = "")]
[Embedding(vocabulary: 250880, length: 2048)]
[LayerNorm]
[SelfAttention(heads: 16, Alibi = true)]
[FeedForward(4096, Activation.GeluTanh)]
[Logits(Tied = true)]
internal sealed partial class Bloom
{
    public static Family Family { get; } = new("bloom", "bloom-560m", "F16", 24,
    [
        Table("word_embeddings.weight", 250880, 1024, Use.Last),
        .. Norm("word_embeddings_layernorm", 1024),
        .. Enumerable.Range(0, 24).SelectMany(layer => Layer($"h.{layer}.")),
        .. Norm("ln_f", 1024),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Decoder(session, 128)))
    {
        Attention = Family.Attending(128, 64.5, 24 * 1024),
    };

    private static IEnumerable<PublishedTensor> Layer(string layer) =>
    [
        .. Norm(layer + "input_layernorm", 1024),
        .. Linear(layer + "self_attention.query_key_value", 3072, 1024),
        .. Linear(layer + "self_attention.dense", 1024, 1024),
        .. Norm(layer + "post_attention_layernorm", 1024),
        .. Linear(layer + "mlp.dense_h_to_4h", 4096, 1024),
        .. Linear(layer + "mlp.dense_4h_to_h", 1024, 4096),
    ];
}
