using Attention.Dsl;
using Attention.Text;

namespace Attention.Accuracy;

/// <summary>The real models, computed in one way.</summary>
internal interface ILevel
{
    TextEmbedder OpenMiniLm(string folder);

    TextEmbedder OpenUseLite(string folder, Tokenizer tokenizer);

    Decoding OpenPronouncer(string path);

    Decoding OpenBartG2P(string path);

    Decoding OpenStoryteller(string path);

    Classifier OpenMnistVit(string path);
}

/// <summary>A decoder, and the encoder that it reads where it reads one.</summary>
internal sealed record Decoding(IDisposable Session, IEncoder? Source, IDecoder Target) : IDisposable
{
    public void Dispose() => Session.Dispose();

    /// <summary>The logits behind each of some tokens.</summary>
    public float[][] LogitsBehind(IReadOnlyList<int> tokens)
    {
        Target.Reset();
        return [.. tokens.Take(Target.Length).Select(token => Target.Step([token]).ToArray())];
    }
}

/// <summary>An image to the scores of its classes.</summary>
internal sealed record Classifier(IDisposable Session, Func<float[], float[]> Score) : IDisposable
{
    public void Dispose() => Session.Dispose();
}
