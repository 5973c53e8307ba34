namespace EmbeddingService.Models;

/// <summary>A model of vectors as the service needs it. Any number of threads may call.</summary>
internal interface IEmbeddingModel : IDisposable
{
    /// <summary>Floats of a vector.</summary>
    int Dimensions { get; }

    /// <summary>The most tokens of a text.</summary>
    int MaxLength { get; }

    /// <summary>How many different tokens there are.</summary>
    int Vocabulary { get; }

    /// <summary>The tokens of a text.</summary>
    /// <exception cref="ArgumentException">The text is too long.</exception>
    int[] Encode(string text);

    /// <summary>Computes vectors, texts × <see cref="Dimensions"/>, of tokens that stand text after text.</summary>
    void Embed(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, Span<float> vectors);
}
