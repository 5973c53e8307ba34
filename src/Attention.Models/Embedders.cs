using Attention.Dsl;
using Attention.Text;

namespace Attention.Models;

/// <summary>sentence-transformers/all-MiniLM-L6-v2: a text to a vector of 384 (Wang et al. 2020, "MiniLM"; tuned for sentences by the sentence-transformers project).</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 6, width: 384, Epsilon = 1e-12, Prefix = "")]
[Embedding(vocabulary: 30522, length: 512)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(1536, Activation.Gelu)]
[Pooling(PoolingKind.Mean)]
[L2Normalize]
public sealed partial class MiniLmL6 : IPretrainedEmbedder
{
    /// <inheritdoc/>
    public static Pretrained Source { get; } = new("sentence-transformers/all-MiniLM-L6-v2", "Apache-2.0", Files.OfEmbedder);

    /// <inheritdoc/>
    public static TextEmbedder Open(string folder, TextEmbedderSettings? settings)
    {
        MiniLmL6 model = Load(folder, threads: settings?.Threads ?? 1);
        return TextEmbedder.Of(model.CreateSession, folder, settings, owned: model);
    }
}

/// <summary>sentence-transformers/all-MiniLM-L12-v2: a text to a vector of 384 (Wang et al. 2020, "MiniLM"; tuned for sentences by the sentence-transformers project).</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 12, width: 384, Epsilon = 1e-12, Prefix = "")]
[Embedding(vocabulary: 30522, length: 512)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(1536, Activation.Gelu)]
[Pooling(PoolingKind.Mean)]
[L2Normalize]
public sealed partial class MiniLmL12 : IPretrainedEmbedder
{
    /// <inheritdoc/>
    public static Pretrained Source { get; } = new("sentence-transformers/all-MiniLM-L12-v2", "Apache-2.0", Files.OfEmbedder);

    /// <inheritdoc/>
    public static TextEmbedder Open(string folder, TextEmbedderSettings? settings)
    {
        MiniLmL12 model = Load(folder, threads: settings?.Threads ?? 1);
        return TextEmbedder.Of(model.CreateSession, folder, settings, owned: model);
    }
}

/// <summary>sentence-transformers/multi-qa-MiniLM-L6-cos-v1: a text to a vector of 384 (for questions and their answers, by the sentence-transformers project).</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 6, width: 384, Epsilon = 1e-12, Prefix = "")]
[Embedding(vocabulary: 30522, length: 512)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(1536, Activation.Gelu)]
[Pooling(PoolingKind.Mean)]
[L2Normalize]
public sealed partial class MultiQaMiniLmL6 : IPretrainedEmbedder
{
    /// <inheritdoc/>
    public static Pretrained Source { get; } = new("sentence-transformers/multi-qa-MiniLM-L6-cos-v1", "as the repository says", Files.OfEmbedder);

    /// <inheritdoc/>
    public static TextEmbedder Open(string folder, TextEmbedderSettings? settings)
    {
        MultiQaMiniLmL6 model = Load(folder, threads: settings?.Threads ?? 1);
        return TextEmbedder.Of(model.CreateSession, folder, settings, owned: model);
    }
}

/// <summary>BAAI/bge-small-en-v1.5: a text to a vector of 384 (Xiao et al. 2023, "C-Pack").</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 12, width: 384, Epsilon = 1e-12, Prefix = "")]
[Embedding(vocabulary: 30522, length: 512)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(1536, Activation.Gelu)]
[Pooling(PoolingKind.First)]
[L2Normalize]
public sealed partial class BgeSmallEn : IPretrainedEmbedder
{
    /// <inheritdoc/>
    public static Pretrained Source { get; } = new("BAAI/bge-small-en-v1.5", "MIT", Files.OfEmbedder);

    /// <inheritdoc/>
    public static TextEmbedder Open(string folder, TextEmbedderSettings? settings)
    {
        BgeSmallEn model = Load(folder, threads: settings?.Threads ?? 1);
        return TextEmbedder.Of(model.CreateSession, folder, Prefixes.Or(settings, query: "Represent this sentence for searching relevant passages: ", passage: ""), owned: model);
    }
}

/// <summary>BAAI/bge-base-en-v1.5: a text to a vector of 768 (Xiao et al. 2023, "C-Pack").</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 12, width: 768, Epsilon = 1e-12, Prefix = "")]
[Embedding(vocabulary: 30522, length: 512)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(3072, Activation.Gelu)]
[Pooling(PoolingKind.First)]
[L2Normalize]
public sealed partial class BgeBaseEn : IPretrainedEmbedder
{
    /// <inheritdoc/>
    public static Pretrained Source { get; } = new("BAAI/bge-base-en-v1.5", "MIT", Files.OfEmbedder);

    /// <inheritdoc/>
    public static TextEmbedder Open(string folder, TextEmbedderSettings? settings)
    {
        BgeBaseEn model = Load(folder, threads: settings?.Threads ?? 1);
        return TextEmbedder.Of(model.CreateSession, folder, Prefixes.Or(settings, query: "Represent this sentence for searching relevant passages: ", passage: ""), owned: model);
    }
}

/// <summary>intfloat/e5-small-v2: a text to a vector of 384 (Wang et al. 2022, "Text embeddings by weakly-supervised contrastive pre-training").</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 12, width: 384, Epsilon = 1e-12, Prefix = "")]
[Embedding(vocabulary: 30522, length: 512)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(1536, Activation.Gelu)]
[Pooling(PoolingKind.Mean)]
[L2Normalize]
public sealed partial class E5Small : IPretrainedEmbedder
{
    /// <inheritdoc/>
    public static Pretrained Source { get; } = new("intfloat/e5-small-v2", "MIT", Files.OfEmbedder);

    /// <inheritdoc/>
    public static TextEmbedder Open(string folder, TextEmbedderSettings? settings)
    {
        E5Small model = Load(folder, threads: settings?.Threads ?? 1);
        return TextEmbedder.Of(model.CreateSession, folder, Prefixes.Or(settings, query: "query: ", passage: "passage: "), owned: model);
    }
}

/// <summary>intfloat/e5-base-v2: a text to a vector of 768 (Wang et al. 2022, "Text embeddings by weakly-supervised contrastive pre-training").</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 12, width: 768, Epsilon = 1e-12, Prefix = "")]
[Embedding(vocabulary: 30522, length: 512)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(3072, Activation.Gelu)]
[Pooling(PoolingKind.Mean)]
[L2Normalize]
public sealed partial class E5Base : IPretrainedEmbedder
{
    /// <inheritdoc/>
    public static Pretrained Source { get; } = new("intfloat/e5-base-v2", "MIT", Files.OfEmbedder);

    /// <inheritdoc/>
    public static TextEmbedder Open(string folder, TextEmbedderSettings? settings)
    {
        E5Base model = Load(folder, threads: settings?.Threads ?? 1);
        return TextEmbedder.Of(model.CreateSession, folder, Prefixes.Or(settings, query: "query: ", passage: "passage: "), owned: model);
    }
}

/// <summary>thenlper/gte-small: a text to a vector of 384 (Li et al. 2023, "Towards general text embeddings with multi-stage contrastive learning").</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 12, width: 384, Epsilon = 1e-12, Prefix = "")]
[Embedding(vocabulary: 30522, length: 512)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(1536, Activation.Gelu)]
[Pooling(PoolingKind.Mean)]
[L2Normalize]
public sealed partial class GteSmall : IPretrainedEmbedder
{
    /// <inheritdoc/>
    public static Pretrained Source { get; } = new("thenlper/gte-small", "MIT", Files.OfEmbedder);

    /// <inheritdoc/>
    public static TextEmbedder Open(string folder, TextEmbedderSettings? settings)
    {
        GteSmall model = Load(folder, threads: settings?.Threads ?? 1);
        return TextEmbedder.Of(model.CreateSession, folder, settings, owned: model);
    }
}

/// <summary>Snowflake/snowflake-arctic-embed-xs: a text to a vector of 384 (Merrick et al. 2024, "Arctic-Embed").</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 6, width: 384, Epsilon = 1e-12, Prefix = "")]
[Embedding(vocabulary: 30522, length: 512)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(1536, Activation.Gelu)]
[Pooling(PoolingKind.First)]
[L2Normalize]
public sealed partial class ArcticXs : IPretrainedEmbedder
{
    /// <inheritdoc/>
    public static Pretrained Source { get; } = new("Snowflake/snowflake-arctic-embed-xs", "Apache-2.0", Files.OfEmbedder);

    /// <inheritdoc/>
    public static TextEmbedder Open(string folder, TextEmbedderSettings? settings)
    {
        ArcticXs model = Load(folder, threads: settings?.Threads ?? 1);
        return TextEmbedder.Of(model.CreateSession, folder, Prefixes.Or(settings, query: "Represent this sentence for searching relevant passages: ", passage: ""), owned: model);
    }
}

/// <summary>What a model was trained with before its texts.</summary>
internal static class Prefixes
{
    /// <summary>The settings, with the model's prefixes where they have none.</summary>
    public static TextEmbedderSettings Or(TextEmbedderSettings? settings, string query, string passage) =>
        (settings ?? new()) with { QueryPrefix = settings?.QueryPrefix ?? query, PassagePrefix = settings?.PassagePrefix ?? passage };
}
