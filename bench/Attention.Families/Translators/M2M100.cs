using Attention.Dsl;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.Bart)]
internal sealed partial class M2M100
{
    private static readonly BartTensors s_tensors = new(12, 1024, 4096, 128112) { HasFinalNorm = true };

    public static Family Family { get; } = new("m2m_100", "m2m100_418M", "F32", 24,
    [
        .. s_tensors.All(),
        s_tensors.Shared.As("model.encoder.embed_tokens.weight"),
        s_tensors.Shared.As("model.decoder.embed_tokens.weight"),
        s_tensors.Shared.As("lm_head.weight"),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Translator(session.Source, session.Target, 128)))
    {
        Target = "model.decoder.",
        Attention = s_tensors.Attention,
    };

    [Encoder(layers: 12, width: 1024, Norm = NormPlacement.Pre, FinalNorm = true)]
    [Embedding(vocabulary: 128112, length: 1024, Scaled = true)]
    [Positions(PositionKind.SinusoidalTimescales, Offset = 2)]
    [SelfAttention(heads: 16)]
    [FeedForward(4096, Activation.Relu)]
    public sealed partial class Source;

    [Decoder(layers: 12, width: 1024, Norm = NormPlacement.Pre, FinalNorm = true)]
    [Embedding(vocabulary: 128112, length: 1024, Scaled = true, Shares = nameof(Source))]
    [Positions(PositionKind.SinusoidalTimescales, Offset = 2)]
    [SelfAttention(heads: 16)]
    [CrossAttention(from: nameof(Source))]
    [FeedForward(4096, Activation.Relu)]
    [Logits(Tied = true)]
    public sealed partial class Target;
}

[AttentionModel(Layout = WeightLayout.Bart)]
internal sealed partial class Nllb
{
    private static readonly BartTensors s_tensors = new(12, 1024, 4096, 256206) { HasFinalNorm = true };

    public static Family Family { get; } = new("nllb", "nllb-200-distilled-600M", "F32", 24,
    [
        .. s_tensors.All(),
        s_tensors.Shared.As("model.encoder.embed_tokens.weight"),
        s_tensors.Shared.As("model.decoder.embed_tokens.weight"),
        s_tensors.Shared.As("lm_head.weight"),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session => Running.Translator(session.Source, session.Target, 128)))
    {
        Target = "model.decoder.",
        Attention = s_tensors.Attention,
    };

    [Encoder(layers: 12, width: 1024, Norm = NormPlacement.Pre, FinalNorm = true)]
    [Embedding(vocabulary: 256206, length: 1024, Scaled = true)]
    [Positions(PositionKind.SinusoidalTimescales, Offset = 2)]
    [SelfAttention(heads: 16)]
    [FeedForward(4096, Activation.Relu)]
    public sealed partial class Source;

    [Decoder(layers: 12, width: 1024, Norm = NormPlacement.Pre, FinalNorm = true)]
    [Embedding(vocabulary: 256206, length: 1024, Scaled = true, Shares = nameof(Source))]
    [Positions(PositionKind.SinusoidalTimescales, Offset = 2)]
    [SelfAttention(heads: 16)]
    [CrossAttention(from: nameof(Source))]
    [FeedForward(4096, Activation.Relu)]
    [Logits(Tied = true)]
    public sealed partial class Target;
}
