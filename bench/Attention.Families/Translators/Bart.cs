using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

/// <summary>Its file has the names of the bare model.</summary>
[AttentionModel(Layout = WeightLayout.Bart)]
internal sealed partial class Bart
{
    private static readonly BartTensors s_tensors = new(6, 768, 3072, 50265) { Prefix = "", Positions = 1026, HasStemNorm = true };

    public static Family Family { get; } = new("bart", "bart-base", "F32", 12, [.. s_tensors.All()], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Translator(session.Source, session.Target, 128)))
    {
        Target = "decoder.",
        Attention = s_tensors.Attention,
    };

    [Encoder(layers: 6, width: 768, Prefix = "encoder")]
    [Embedding(vocabulary: 50265, length: 1024)]
    [Positions(PositionKind.Learned, Offset = 2)]
    [LayerNorm]
    [SelfAttention(heads: 12)]
    [FeedForward(3072, Activation.Gelu)]
    public sealed partial class Source;

    [Decoder(layers: 6, width: 768, Prefix = "decoder")]
    [Embedding(vocabulary: 50265, length: 1024, Shares = nameof(Source))]
    [Positions(PositionKind.Learned, Offset = 2)]
    [LayerNorm]
    [SelfAttention(heads: 12)]
    [CrossAttention(from: nameof(Source))]
    [FeedForward(3072, Activation.Gelu)]
    [Logits(Tied = true)]
    public sealed partial class Target;
}

[AttentionModel(Layout = WeightLayout.Bart)]
internal sealed partial class MBart
{
    private static readonly BartTensors s_tensors = new(12, 1024, 4096, 250054) { Positions = 1026, HasStemNorm = true, HasFinalNorm = true };

    public static Family Family { get; } = new("mbart", "mbart-large-50", "F32", 24, [.. s_tensors.All(), Vector("final_logits_bias", 1, 250054)], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Translator(session.Source, session.Target, 128)))
    {
        Target = "model.decoder.",
        Attention = s_tensors.Attention,
    };

    [Encoder(layers: 12, width: 1024, Norm = NormPlacement.Pre, FinalNorm = true)]
    [Embedding(vocabulary: 250054, length: 1024, Scaled = true)]
    [Positions(PositionKind.Learned, Offset = 2)]
    [LayerNorm]
    [SelfAttention(heads: 16)]
    [FeedForward(4096, Activation.Gelu)]
    public sealed partial class Source;

    [Decoder(layers: 12, width: 1024, Norm = NormPlacement.Pre, FinalNorm = true)]
    [Embedding(vocabulary: 250054, length: 1024, Scaled = true, Shares = nameof(Source))]
    [Positions(PositionKind.Learned, Offset = 2)]
    [LayerNorm]
    [SelfAttention(heads: 16)]
    [CrossAttention(from: nameof(Source))]
    [FeedForward(4096, Activation.Gelu)]
    [Logits(Tied = true, Bias = true)]
    public sealed partial class Target;
}

/// <summary>Its file has tables of the positions that are computed, and copies of the table.</summary>
[AttentionModel(Layout = WeightLayout.Bart)]
internal sealed partial class Marian
{
    private static readonly BartTensors s_tensors = new(6, 512, 2048, 58101) { Positions = 512, Position = Sinusoid };

    public static Family Family { get; } = new("marian", "opus-mt-en-de", "F32", 12,
    [
        .. s_tensors.All(),
        s_tensors.Shared.As("model.encoder.embed_tokens.weight"),
        s_tensors.Shared.As("model.decoder.embed_tokens.weight"),
        s_tensors.Shared.As("lm_head.weight"),
        Vector("final_logits_bias", 1, 58101),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Translator(session.Source, session.Target, 128)))
    {
        Target = "model.decoder.",
        Attention = s_tensors.Attention,
    };

    [Encoder(layers: 6, width: 512)]
    [Embedding(vocabulary: 58101, length: 512, Scaled = true)]
    [Positions(PositionKind.SinusoidalHalves)]
    [SelfAttention(heads: 8)]
    [FeedForward(2048, Activation.Silu)]
    public sealed partial class Source;

    [Decoder(layers: 6, width: 512)]
    [Embedding(vocabulary: 58101, length: 512, Scaled = true, Shares = nameof(Source))]
    [Positions(PositionKind.SinusoidalHalves)]
    [SelfAttention(heads: 8)]
    [CrossAttention(from: nameof(Source))]
    [FeedForward(2048, Activation.Silu)]
    [Logits(Tied = true, Bias = true)]
    public sealed partial class Target;

    /// <summary>Sines in the first half of the channels, cosines in the second.</summary>
    private static float Sinusoid(int position, int channel)
    {
        double angle = position * Math.Pow(10000, -(channel % 256) / 256.0);
        return (float)(channel < 256 ? Math.Sin(angle) : Math.Cos(angle));
    }
}
