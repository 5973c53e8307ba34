using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.DebertaV2)]
[Encoder(layers: 12, width: 768, Epsilon = 1e-7)]
[Embedding(vocabulary: 128100, length: 512)]
[LayerNorm]
[DisentangledPositions(buckets: 256, MaxDistance = 512, Norm = true)]
[SelfAttention(heads: 12)]
[FeedForward(3072, Activation.Gelu)]
[Head(3, Pooler = Activation.Gelu)]
internal sealed partial class DebertaV3
{
    public static Family Family { get; } = new("deberta-v2", "nli-deberta-v3-base", "F32", 12,
    [
        Table("deberta.embeddings.word_embeddings.weight", 128100, 768),
        .. Norm("deberta.embeddings.LayerNorm", 768),
        Table("deberta.encoder.rel_embeddings.weight", 512, 768),
        .. Norm("deberta.encoder.LayerNorm", 768),
        .. Enumerable.Range(0, 12).SelectMany(layer => Layer($"deberta.encoder.layer.{layer}.")),
        .. Linear("pooler.dense", 768, 768, Use.Last),
        .. Linear("classifier", 3, 768, Use.Last),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Pooled(session, 128)))
    {
        // Beside scores and contexts the products of queries and of keys with positions.
        Attention = 2 * Family.Attending(128, 128, 12 * 768),
    };

    private static IEnumerable<PublishedTensor> Layer(string layer) =>
    [
        .. Linear(layer + "attention.self.query_proj", 768, 768),
        .. Linear(layer + "attention.self.key_proj", 768, 768),
        .. Linear(layer + "attention.self.value_proj", 768, 768),
        .. Linear(layer + "attention.output.dense", 768, 768),
        .. Norm(layer + "attention.output.LayerNorm", 768),
        .. Linear(layer + "intermediate.dense", 3072, 768),
        .. Linear(layer + "output.dense", 768, 3072),
        .. Norm(layer + "output.LayerNorm", 768),
    ];
}
