namespace Attention.Text;

/// <summary>Text to a model's token ids and back.</summary>
public sealed class Tokenizer
{
    private readonly TokenizerParts _parts;

    internal Tokenizer(TokenizerParts parts) => _parts = parts;

    internal TokenizerParts Parts => _parts;
}
