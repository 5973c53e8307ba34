using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.DistilBert)]
[Encoder(layers: 6, width: 768, Epsilon = 1e-12)]
[Embedding(vocabulary: 30522, length: 512)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(3072, Activation.Gelu)]
[Head(2, Pooler = Activation.Relu)]
internal sealed partial class DistilBert
{
    public static Family Family { get; } = new("distilbert", "distilbert-base-uncased-finetuned-sst-2-english", "F32", 6,
    [
        Table("distilbert.embeddings.word_embeddings.weight", 30522, 768),
        Table("distilbert.embeddings.position_embeddings.weight", 512, 768),
        .. Norm("distilbert.embeddings.LayerNorm", 768),
        .. Enumerable.Range(0, 6).SelectMany(layer => Layer($"distilbert.transformer.layer.{layer}.")),
        .. Linear("pre_classifier", 768, 768, Use.Last),
        .. Linear("classifier", 2, 768, Use.Last),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Pooled(session, 128)))
    {
        Attention = Family.Attending(128, 128, 6 * 768),
    };

    private static IEnumerable<PublishedTensor> Layer(string layer) =>
    [
        .. Linear(layer + "attention.q_lin", 768, 768),
        .. Linear(layer + "attention.k_lin", 768, 768),
        .. Linear(layer + "attention.v_lin", 768, 768),
        .. Linear(layer + "attention.out_lin", 768, 768),
        .. Norm(layer + "sa_layer_norm", 768),
        .. Linear(layer + "ffn.lin1", 3072, 768),
        .. Linear(layer + "ffn.lin2", 768, 3072),
        .. Norm(layer + "output_layer_norm", 768),
    ];
}
