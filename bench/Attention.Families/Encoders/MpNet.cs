using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Bert)]
[Tensor(TensorRole.SelfQuery, "encoder.layer.{layer}.attention.attn.q.weight")]
[Tensor(TensorRole.SelfKey, "encoder.layer.{layer}.attention.attn.k.weight")]
[Tensor(TensorRole.SelfValue, "encoder.layer.{layer}.attention.attn.v.weight")]
[Tensor(TensorRole.SelfOutput, "encoder.layer.{layer}.attention.attn.o.weight")]
[Tensor(TensorRole.SelfNorm, "encoder.layer.{layer}.attention.LayerNorm.weight")]
[Tensor(TensorRole.RelativeBias, "encoder.relative_attention_bias.weight")]
[Encoder(layers: 12, width: 768, Prefix = "")]
[Embedding(vocabulary: 30527, length: 512)]
[Positions(PositionKind.Learned, Offset = 2)]
[LayerNorm]
[SelfAttention(heads: 12, RelativeBuckets = 32)]
[FeedForward(3072, Activation.Gelu)]
[Pooling(PoolingKind.Mean)]
[L2Normalize]
internal sealed partial class MpNet
{
    public static Family Family { get; } = new("mpnet", "all-mpnet-base-v2", "F32", 12,
    [
        .. BertTensors.Stem("", 30527, 514, 0, 768),
        Buffer("embeddings.position_ids", "I64", 1, 514),
        Table("encoder.relative_attention_bias.weight", 32, 12),
        .. Enumerable.Range(0, 12).SelectMany(layer => Layer($"encoder.layer.{layer}.")),
        .. Linear("pooler.dense", 768, 768, Use.None),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Pooled(session, 128)))
    {
        Attention = Family.Attending(128, 128, 12 * 768),
    };

    private static IEnumerable<PublishedTensor> Layer(string layer) =>
    [
        .. Linear(layer + "attention.attn.q", 768, 768),
        .. Linear(layer + "attention.attn.k", 768, 768),
        .. Linear(layer + "attention.attn.v", 768, 768),
        .. Linear(layer + "attention.attn.o", 768, 768),
        .. Norm(layer + "attention.LayerNorm", 768),
        .. Linear(layer + "intermediate.dense", 3072, 768),
        .. Linear(layer + "output.dense", 768, 3072),
        .. Norm(layer + "output.LayerNorm", 768),
    ];
}
