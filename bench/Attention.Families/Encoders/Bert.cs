using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

/// <summary>BERT with its masked words; norms are called gamma and beta in its file.</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 12, width: 768, Epsilon = 1e-12)]
[Embedding(vocabulary: 30522, length: 512)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(3072, Activation.Gelu)]
[Linear(768, Activation = Activation.Gelu)]
[LayerNorm]
[Logits(Tied = true, Bias = true)]
internal sealed partial class Bert
{
    public static Family Family { get; } = new("bert", "bert-base-uncased", "F32", 12,
    [
        .. new PublishedTensor[][]
        {
            [.. BertTensors.Stem("bert.", 30522, 512, 2, 768, isTied: true)],
            [.. BertTensors.Layers("bert.", 12, 768, 3072)],
            [.. Linear("bert.pooler.dense", 768, 768, Use.None)],
            [.. Linear("cls.predictions.transform.dense", 768, 768), .. Norm("cls.predictions.transform.LayerNorm", 768), Vector("cls.predictions.bias", 30522)],
            [.. Linear("cls.seq_relationship", 2, 768, Use.None)],
        }.SelectMany(tensors => tensors).Select(tensor => tensor with { Name = tensor.Name.Replace("LayerNorm.weight", "LayerNorm.gamma").Replace("LayerNorm.bias", "LayerNorm.beta") }),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Masked(session, 128)))
    {
        Attention = Family.Attending(128, 128, 12 * 768),
    };
}
