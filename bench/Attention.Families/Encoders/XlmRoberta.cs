using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Roberta)]
[Encoder(layers: 12, width: 768)]
[Embedding(vocabulary: 250002, length: 512)]
[TokenTypes(1)]
[Positions(PositionKind.Learned, Offset = 2)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(3072, Activation.Gelu)]
internal sealed partial class XlmRoberta
{
    public static Family Family { get; } = new("xlm-roberta", "xlm-roberta-base", "F32", 12,
    [
        .. BertTensors.Stem("roberta.", 250002, 514, 1, 768),
        Buffer("roberta.embeddings.position_ids", "I64", 1, 514),
        .. BertTensors.Layers("roberta.", 12, 768, 3072),
        .. Linear("roberta.pooler.dense", 768, 768, Use.None),
        .. Linear("lm_head.dense", 768, 768, Use.None),
        .. Norm("lm_head.layer_norm", 768),
        Vector("lm_head.bias", 250002),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Encoder(session, 128)))
    {
        Attention = Family.Attending(128, 128, 12 * 768),
    };
}
