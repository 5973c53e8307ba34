namespace Attention.Text;

public sealed partial class Tokenizer
{
    /// <summary>Adds a text or a pair to a batch.</summary>
    /// <returns>Whether it was cut.</returns>
    internal bool AddTo(TokenBatch batch, int number, string first, string? second, EncodeOptions options)
    {
        using Encoding encoding = Run(first, second, second is not null, options, tracks: false);
        batch.Add(number, encoding.Count, out Span<int> tokens, out Span<int> types);
        encoding.CopyIds(tokens);
        encoding.CopyTypeIds(types);
        return encoding.IsTruncated;
    }
}
