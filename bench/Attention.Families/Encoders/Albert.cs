using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Albert)]
[Encoder(layers: 12, width: 768, Epsilon = 1e-12, Shared = true)]
[Embedding(vocabulary: 30000, length: 512, Width = 128)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(3072, Activation.GeluTanh)]
[Linear(128, Activation = Activation.GeluTanh)]
[LayerNorm]
[Logits(Tied = true, Bias = true)]
internal sealed partial class Albert
{
    public static Family Family { get; } = new("albert", "albert-base-v2", "F32", 12,
    [
        .. BertTensors.Stem("albert.", 30000, 512, 2, 128, isTied: true),
        .. Linear("albert.encoder.embedding_hidden_mapping_in", 768, 128),
        .. For(12 * 128, Layer("albert.encoder.albert_layer_groups.0.albert_layers.0.")),
        .. Linear("albert.pooler", 768, 768, Use.None),
        .. Linear("predictions.dense", 128, 768),
        .. Norm("predictions.LayerNorm", 128),
        Vector("predictions.bias", 30000),
        Vector("predictions.bias", 30000).As("predictions.decoder.bias"),
        Table("albert.embeddings.word_embeddings.weight", 30000, 128).As("predictions.decoder.weight"),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Masked(session, 128)))
    {
        Attention = Family.Attending(128, 128, 12 * 768),
    };

    /// <summary>The layer that runs twelve times.</summary>
    private static IEnumerable<PublishedTensor> Layer(string layer) =>
    [
        .. Linear(layer + "attention.query", 768, 768),
        .. Linear(layer + "attention.key", 768, 768),
        .. Linear(layer + "attention.value", 768, 768),
        .. Linear(layer + "attention.dense", 768, 768),
        .. Norm(layer + "attention.LayerNorm", 768),
        .. Linear(layer + "ffn", 3072, 768),
        .. Linear(layer + "ffn_output", 768, 3072),
        .. Norm(layer + "full_layer_layer_norm", 768),
    ];
}
