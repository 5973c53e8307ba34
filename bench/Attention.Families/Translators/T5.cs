using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

/// <summary>The tensors of T5 and its kin.</summary>
/// <param name="Layers">Layers of each stage.</param>
/// <param name="Width">Channels of a row.</param>
/// <param name="Heads">Heads of 64 channels.</param>
/// <param name="Hidden">Channels of the feed-forward.</param>
/// <param name="Vocabulary">Rows of the table.</param>
/// <param name="IsGated">Whether it is of version 1.1, whose scores have a map of their own.</param>
internal sealed record T5Tensors(int Layers, int Width, int Heads, int Hidden, int Vocabulary, bool IsGated)
{
    public double Attention => Family.Attending(128, 128, (double)Layers * Heads * 64);

    public IEnumerable<PublishedTensor> All() =>
    [
        Table("shared.weight", Vocabulary, Width, IsGated ? Use.None : Use.Last),
        .. Stage("encoder.", 1),
        .. Stage("decoder.", 2),
        .. IsGated ? [Map("lm_head.weight", Vocabulary, Width, Use.Last)] : Array.Empty<PublishedTensor>(),
    ];

    private IEnumerable<PublishedTensor> Stage(string stage, int attentions) =>
    [
        Table(stage + "block.0.layer.0.SelfAttention.relative_attention_bias.weight", 32, Heads),
        .. Enumerable.Range(0, Layers).SelectMany(layer => Layer($"{stage}block.{layer}.layer.", attentions)),
        Factors(stage + "final_layer_norm.weight", Width),
    ];

    private IEnumerable<PublishedTensor> Layer(string layer, int attentions) =>
    [
        .. Attend(layer + "0.SelfAttention.", Use.Rows),
        .. attentions == 2 ? Attend(layer + "1.EncDecAttention.", Use.Source) : [],
        .. IsGated
            ? [Map($"{layer}{attentions}.DenseReluDense.wi_0.weight", Hidden, Width), Map($"{layer}{attentions}.DenseReluDense.wi_1.weight", Hidden, Width)]
            : (PublishedTensor[])[Map($"{layer}{attentions}.DenseReluDense.wi.weight", Hidden, Width)],
        Map($"{layer}{attentions}.DenseReluDense.wo.weight", Width, Hidden),
        .. Enumerable.Range(0, attentions + 1).Select(part => Factors($"{layer}{part}.layer_norm.weight", Width)),
    ];

    // Scores are not divided by the root of a head's channels: queries are drawn that much smaller, as they are trained.
    private IEnumerable<PublishedTensor> Attend(string attention, Use keys) =>
    [
        new(attention + "q.weight", [Heads * 64, Width], 0, 1.7f / (8 * MathF.Sqrt(Width)), Use.Rows),
        Map(attention + "k.weight", Heads * 64, Width, keys),
        Map(attention + "v.weight", Heads * 64, Width, keys),
        Map(attention + "o.weight", Width, Heads * 64),
    ];
}

[AttentionModel(Layout = WeightLayout.T5)]
internal sealed partial class T5Small
{
    private static readonly T5Tensors s_tensors = new(6, 512, 8, 2048, 32128, IsGated: false);

    /// <summary>The first versions have a table of distances in the second stage's attention to the first, which nothing reads.</summary>
    public static Family Family { get; } = new("t5", "t5-small", "F32", 12, [.. s_tensors.All(), Table("decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight", 32, 8)], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Translator(session.Source, session.Target, 128)))
    {
        Target = "decoder.",
        Attention = s_tensors.Attention,
    };

    [Encoder(layers: 6, width: 512, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
    [Embedding(vocabulary: 32128, length: 512)]
    [SelfAttention(heads: 8, Scale = 1, RelativeBuckets = 32, RelativeDistance = 128)]
    [FeedForward(2048, Activation.Relu)]
    public sealed partial class Source;

    [Decoder(layers: 6, width: 512, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
    [Embedding(vocabulary: 32128, length: 512, Shares = nameof(Source))]
    [SelfAttention(heads: 8, Scale = 1, RelativeBuckets = 32, RelativeDistance = 128)]
    [CrossAttention(from: nameof(Source), heads: 8, Scale = 1)]
    [FeedForward(2048, Activation.Relu)]
    [Logits(Tied = true, Scale = 0.04419417382415922)]
    public sealed partial class Target;
}

[AttentionModel(Layout = WeightLayout.T5)]
internal sealed partial class FlanT5Small
{
    private static readonly T5Tensors s_tensors = new(8, 512, 6, 1024, 32128, IsGated: true);

    public static Family Family { get; } = new("flan-t5", "flan-t5-small", "F32", 16, [.. s_tensors.All()], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Translator(session.Source, session.Target, 128)))
    {
        Target = "decoder.",
        Attention = s_tensors.Attention,
    };

    [Encoder(layers: 8, width: 512, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
    [Embedding(vocabulary: 32128, length: 512)]
    [SelfAttention(heads: 6, HeadWidth = 64, Scale = 1, RelativeBuckets = 32, RelativeDistance = 128)]
    [FeedForward(1024, Activation.GeluTanh, Gated = true)]
    public sealed partial class Source;

    [Decoder(layers: 8, width: 512, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
    [Embedding(vocabulary: 32128, length: 512, Shares = nameof(Source))]
    [SelfAttention(heads: 6, HeadWidth = 64, Scale = 1, RelativeBuckets = 32, RelativeDistance = 128)]
    [CrossAttention(from: nameof(Source), heads: 6, HeadWidth = 64, Scale = 1)]
    [FeedForward(1024, Activation.GeluTanh, Gated = true)]
    [Logits(Bias = false)]
    public sealed partial class Target;
}

[AttentionModel(Layout = WeightLayout.T5)]
internal sealed partial class Mt5Small
{
    private static readonly T5Tensors s_tensors = new(8, 512, 6, 1024, 250112, IsGated: true);

    public static Family Family { get; } = new("mt5", "mt5-small", "F32", 16,
    [
        .. s_tensors.All(),
        s_tensors.All().First().As("encoder.embed_tokens.weight"),
        s_tensors.All().First().As("decoder.embed_tokens.weight"),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Translator(session.Source, session.Target, 128)))
    {
        Target = "decoder.",
        Attention = s_tensors.Attention,
    };

    [Encoder(layers: 8, width: 512, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
    [Embedding(vocabulary: 250112, length: 512)]
    [SelfAttention(heads: 6, HeadWidth = 64, Scale = 1, RelativeBuckets = 32, RelativeDistance = 128)]
    [FeedForward(1024, Activation.GeluTanh, Gated = true)]
    public sealed partial class Source;

    [Decoder(layers: 8, width: 512, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
    [Embedding(vocabulary: 250112, length: 512, Shares = nameof(Source))]
    [SelfAttention(heads: 6, HeadWidth = 64, Scale = 1, RelativeBuckets = 32, RelativeDistance = 128)]
    [CrossAttention(from: nameof(Source), heads: 6, HeadWidth = 64, Scale = 1)]
    [FeedForward(1024, Activation.GeluTanh, Gated = true)]
    [Logits(Bias = false)]
    public sealed partial class Target;
}
