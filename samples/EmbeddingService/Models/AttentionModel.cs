using Attention.Text;

namespace EmbeddingService.Models;

/// <summary>A compiled model behind its tokenizer.</summary>
internal sealed class AttentionModel(TextEmbedder embedder) : IEmbeddingModel
{
    public int Dimensions => embedder.Dimensions;

    public int MaxLength => embedder.MaxLength;

    public int Vocabulary => embedder.Tokenizer.VocabularySize;

    public int[] Encode(string text) => embedder.Encode(text);

    public void Embed(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, Span<float> vectors) => embedder.EmbedTokens(tokens, lengths, vectors);

    public void Dispose() => embedder.Dispose();
}
