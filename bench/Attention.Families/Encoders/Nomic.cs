using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

[AttentionModel]
[Tensor(TensorRole.Embedding, "embeddings.word_embeddings.weight")]
[Tensor(TensorRole.TokenTypes, "embeddings.token_type_embeddings.weight")]
[Tensor(TensorRole.StemNorm, "emb_ln.weight")]
[Tensor(TensorRole.SelfQueryKeyValue, "encoder.layers.{layer}.attn.Wqkv.weight")]
[Tensor(TensorRole.SelfOutput, "encoder.layers.{layer}.attn.out_proj.weight")]
[Tensor(TensorRole.SelfNorm, "encoder.layers.{layer}.norm{n}.weight")]
[Tensor(TensorRole.Hidden, "encoder.layers.{layer}.mlp.fc11.weight")]
[Tensor(TensorRole.HiddenGate, "encoder.layers.{layer}.mlp.fc12.weight")]
[Tensor(TensorRole.Contract, "encoder.layers.{layer}.mlp.fc2.weight")]
[Tensor(TensorRole.FeedForwardNorm, "encoder.layers.{layer}.norm{n}.weight")]
[Encoder(layers: 12, width: 768, Epsilon = 1e-12, Prefix = "")]
[Embedding(vocabulary: 30528, length: 2048)]
[TokenTypes(2)]
[LayerNorm]
[Rotary(Base = 1000)]
[SelfAttention(heads: 12, Bias = false)]
[FeedForward(3072, Activation.Silu, Gated = true, Bias = false)]
[Pooling(PoolingKind.Mean)]
[L2Normalize]
internal sealed partial class Nomic
{
    public static Family Family { get; } = new("nomic_bert", "nomic-embed-text-v1.5", "F32", 12,
    [
        Table("embeddings.word_embeddings.weight", 30528, 768),
        Table("embeddings.token_type_embeddings.weight", 2, 768),
        .. Norm("emb_ln", 768),
        .. Enumerable.Range(0, 12).SelectMany(layer => Layer($"encoder.layers.{layer}.")),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Pooled(session, 128)))
    {
        Attention = Family.Attending(128, 128, 12 * 768),
    };

    private static IEnumerable<PublishedTensor> Layer(string layer) =>
    [
        Map(layer + "attn.Wqkv.weight", 2304, 768),
        Map(layer + "attn.out_proj.weight", 768, 768),
        .. Norm(layer + "norm1", 768),
        Map(layer + "mlp.fc11.weight", 3072, 768),
        Map(layer + "mlp.fc12.weight", 3072, 768),
        Map(layer + "mlp.fc2.weight", 768, 3072),
        .. Norm(layer + "norm2", 768),
    ];
}
