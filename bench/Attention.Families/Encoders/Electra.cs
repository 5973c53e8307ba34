using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Electra)]
[Encoder(layers: 12, width: 256, Epsilon = 1e-12)]
[Embedding(vocabulary: 30522, length: 512, Width = 128)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(1024, Activation.Gelu)]
[Linear(256, Activation = Activation.Gelu, Name = "discriminator_predictions.dense")]
[Linear(1, Name = "discriminator_predictions.dense_prediction")]
internal sealed partial class Electra
{
    public static Family Family { get; } = new("electra", "electra-small-discriminator", "F32", 12,
    [
        .. BertTensors.Stem("electra.", 30522, 512, 2, 128),
        Buffer("electra.embeddings.position_ids", "I64", 1, 512),
        .. Linear("electra.embeddings_project", 256, 128),
        .. BertTensors.Layers("electra.", 12, 256, 1024),
        .. Linear("discriminator_predictions.dense", 256, 256),
        .. Linear("discriminator_predictions.dense_prediction", 1, 256),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Encoder(session, 128)))
    {
        Attention = Family.Attending(128, 128, 12 * 256),
    };
}

/// <summary>ELECTRA's generator, with its masked words.</summary>
[AttentionModel(Layout = WeightLayout.Electra)]
[Encoder(layers: 12, width: 256, Epsilon = 1e-12)]
[Embedding(vocabulary: 30522, length: 512, Width = 128)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(1024, Activation.Gelu)]
[Linear(128, Activation = Activation.Gelu)]
[LayerNorm]
[Logits(Tied = true, Bias = true)]
internal sealed partial class ElectraGenerator
{
    public static Family Family { get; } = new("electra-generator", "electra-small-generator", "F32", 12,
    [
        .. BertTensors.Stem("electra.", 30522, 512, 2, 128, isTied: true),
        Buffer("electra.embeddings.position_ids", "I64", 1, 512),
        .. Linear("electra.embeddings_project", 256, 128),
        .. BertTensors.Layers("electra.", 12, 256, 1024),
        .. Linear("generator_predictions.dense", 128, 256),
        .. Norm("generator_predictions.LayerNorm", 128),
        Table("electra.embeddings.word_embeddings.weight", 30522, 128).As("generator_lm_head.weight"),
        Vector("generator_lm_head.bias", 30522),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Masked(session, 128)))
    {
        Attention = Family.Attending(128, 128, 12 * 256),
    };
}
