using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 12, width: 768, Epsilon = 1e-12)]
[Embedding(vocabulary: 50358, length: 4096)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[BigBirdAttention(block: 64, heads: 12, Random = 3)]
[FeedForward(3072, Activation.GeluTanh)]
internal sealed partial class BigBird
{
    private const int Length = 1024;

    public static Family Family { get; } = new("big_bird", "bigbird-roberta-base", "F32", 12,
    [
        .. BertTensors.Stem("bert.", 50358, 4096, 2, 768),
        Buffer("bert.embeddings.position_ids", "I64", 1, 4096),
        .. BertTensors.Layers("bert.", 12, 768, 3072),
        .. Linear("bert.pooler", 768, 768, Use.None),
        .. Linear("cls.predictions.transform.dense", 768, 768, Use.None),
        .. Norm("cls.predictions.transform.LayerNorm", 768),
        Vector("cls.predictions.bias", 50358),
        Vector("cls.predictions.bias", 50358).As("cls.predictions.decoder.bias"),
        Table("bert.embeddings.word_embeddings.weight", 50358, 768).As("cls.predictions.decoder.weight"),
        .. Linear("cls.seq_relationship", 2, 768, Use.None),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Encoder(session, Length)))
    {
        Rows = Length,
        Attention = Family.Attending(Length, ((14 * 8 * 64) + (2 * 1024)) / 16.0, 12 * 768), // blocks: two that see all, fourteen that see three neighbours, three at random and both ends
    };
}
