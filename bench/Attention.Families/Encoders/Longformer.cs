using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Longformer)]
[Encoder(layers: 12, width: 768)]
[Embedding(vocabulary: 50265, length: 4096)]
[TokenTypes(1)]
[Positions(PositionKind.Learned, Offset = 2)]
[LayerNorm]
[SelfAttention(heads: 12, Window = 256, Global = 1, GlobalProjections = true)]
[FeedForward(3072, Activation.Gelu)]
internal sealed partial class Longformer
{
    private const int Length = 1024;

    public static Family Family { get; } = new("longformer", "longformer-base-4096", "F32", 12,
    [
        .. BertTensors.Stem("longformer.", 50265, 4098, 1, 768),
        Buffer("longformer.embeddings.position_ids", "I64", 1, 4098),
        .. BertTensors.Layers("longformer.", 12, 768, 3072),

        // The keys and values that the global row sees are those of every row.
        .. Enumerable.Range(0, 12).SelectMany(layer => new[] { ("query", Use.None), ("key", Use.Rows), ("value", Use.Rows) }.SelectMany(map => Linear($"longformer.encoder.layer.{layer}.attention.self.{map.Item1}_global", 768, 768, map.Item2))),
        .. Linear("longformer.pooler.dense", 768, 768, Use.None),
        .. Linear("lm_head.dense", 768, 768, Use.None),
        .. Norm("lm_head.layer_norm", 768),
        Vector("lm_head.bias", 50265),
        Table("longformer.embeddings.word_embeddings.weight", 50265, 768).As("lm_head.decoder.weight"),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Encoder(session, Length)))
    {
        Rows = Length,
        Attention = Family.Attending(Length, 449, 12 * 768), // 513, less what the window has outside of the sequence at both ends
    };
}
