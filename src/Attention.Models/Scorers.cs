using Attention.Dsl;
using Attention.Text;

namespace Attention.Models;

/// <summary>cross-encoder/ms-marco-MiniLM-L6-v2: how well a passage answers a query (Nogueira and Cho 2019, trained on MS MARCO by the sentence-transformers project).</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 6, width: 384, Epsilon = 1e-12)]
[Embedding(vocabulary: 30522, length: 512)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(1536, Activation.Gelu)]
[Head(1, Pooler = Activation.Tanh)]
public sealed partial class MsMarcoMiniLmL6 : IPretrainedCrossEncoder
{
    /// <inheritdoc/>
    public static Pretrained Source { get; } = new("cross-encoder/ms-marco-MiniLM-L6-v2", "Apache-2.0", Files.Usual);

    /// <inheritdoc/>
    public static CrossEncoder Open(string folder, TextSettings? settings)
    {
        MsMarcoMiniLmL6 model = Load(folder);
        return CrossEncoder.Of(model.CreateSession, folder, settings, owned: model);
    }
}

/// <summary>cross-encoder/ms-marco-MiniLM-L12-v2: how well a passage answers a query (Nogueira and Cho 2019, trained on MS MARCO by the sentence-transformers project).</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 12, width: 384, Epsilon = 1e-12)]
[Embedding(vocabulary: 30522, length: 512)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(1536, Activation.Gelu)]
[Head(1, Pooler = Activation.Tanh)]
public sealed partial class MsMarcoMiniLmL12 : IPretrainedCrossEncoder
{
    /// <inheritdoc/>
    public static Pretrained Source { get; } = new("cross-encoder/ms-marco-MiniLM-L12-v2", "Apache-2.0", Files.Usual);

    /// <inheritdoc/>
    public static CrossEncoder Open(string folder, TextSettings? settings)
    {
        MsMarcoMiniLmL12 model = Load(folder);
        return CrossEncoder.Of(model.CreateSession, folder, settings, owned: model);
    }
}

/// <summary>distilbert/distilbert-base-uncased-finetuned-sst-2-english: whether a text is positive or negative (Sanh et al. 2019, "DistilBERT").</summary>
[AttentionModel(Layout = WeightLayout.DistilBert)]
[Encoder(layers: 6, width: 768, Epsilon = 1e-12)]
[Embedding(vocabulary: 30522, length: 512)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 12)]
[FeedForward(3072, Activation.Gelu)]
[Head(2, Pooler = Activation.Relu)]
public sealed partial class DistilBertSst2 : IPretrainedClassifier
{
    /// <inheritdoc/>
    public static Pretrained Source { get; } = new("distilbert/distilbert-base-uncased-finetuned-sst-2-english", "Apache-2.0", Files.OfVocabulary);

    /// <inheritdoc/>
    public static TextClassifier Open(string folder, TextSettings? settings)
    {
        DistilBertSst2 model = Load(folder);
        return TextClassifier.Of(model.CreateSession, folder, settings, owned: model);
    }
}

/// <summary>The files of a repository that are needed.</summary>
internal static class Files
{
    public static IReadOnlyList<string> Usual { get; } = ["model.safetensors", "config.json", "tokenizer.json"];

    public static IReadOnlyList<string> OfEmbedder { get; } = [.. Usual, "sentence_bert_config.json"];

    public static IReadOnlyList<string> OfVocabulary { get; } = ["model.safetensors", "config.json", "vocab.txt"];
}
