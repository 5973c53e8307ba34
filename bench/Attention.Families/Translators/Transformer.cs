using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

/// <summary>PyTorch's <c>nn.Transformer</c> at its own sizes, those of the paper's base model, and with its vocabulary.</summary>
[AttentionModel]
internal sealed partial class Transformer
{
    public static Family Family { get; } = new("pytorch", "nn.Transformer", "F32", 12,
    [
        Table("transformer.encoder.embedding.weight", 37000, 512),
        .. Layers("transformer.encoder.", "self_attn"),
        .. Norm("transformer.encoder.norm", 512),
        Table("transformer.decoder.embedding.weight", 37000, 512),
        .. Layers("transformer.decoder.", "self_attn", "multihead_attn"),
        .. Norm("transformer.decoder.norm", 512),
        .. Linear("transformer.decoder.logits", 37000, 512, Use.Last),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Translator(session.Source, session.Target, 128)))
    {
        Target = "transformer.decoder.",
        Attention = Family.Attending(128, 128, 6 * 512),
    };

    [Encoder(layers: 6, width: 512, FinalNorm = true)]
    [Embedding(vocabulary: 37000, length: 512, Scaled = true)]
    [Positions(PositionKind.Sinusoidal)]
    [SelfAttention(heads: 8)]
    [FeedForward(2048, Activation.Relu)]
    public sealed partial class Source;

    [Decoder(layers: 6, width: 512, FinalNorm = true)]
    [Embedding(vocabulary: 37000, length: 512, Scaled = true)]
    [Positions(PositionKind.Sinusoidal)]
    [SelfAttention(heads: 8)]
    [CrossAttention(from: nameof(Source))]
    [FeedForward(2048, Activation.Relu)]
    [Logits]
    public sealed partial class Target;

    private static IEnumerable<PublishedTensor> Layers(string stage, params string[] attentions) => Enumerable.Range(0, 6).SelectMany(layer => Layer($"{stage}layers.{layer}.", attentions));

    // A step multiplies queries alone in its attention to the source, a third of the stack, which is counted whole.
    private static IEnumerable<PublishedTensor> Layer(string layer, string[] attentions) =>
    [
        .. attentions.SelectMany(attention => (PublishedTensor[])
        [
            Map($"{layer}{attention}.in_proj_weight", 1536, 512),
            Vector($"{layer}{attention}.in_proj_bias", 1536),
            .. Linear($"{layer}{attention}.out_proj", 512, 512),
        ]),
        .. Linear(layer + "linear1", 2048, 512),
        .. Linear(layer + "linear2", 512, 2048),
        .. Enumerable.Range(1, attentions.Length + 1).SelectMany(norm => Norm($"{layer}norm{norm}", 512)),
    ];
}
