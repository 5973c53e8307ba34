namespace Attention.Text;

/// <summary>Puts a string before a text that is not empty.</summary>
internal sealed class Prepend(string prefix) : INormalizer
{
    public static Prepend Read(JsonPart part)
    {
        part.Only("type", "prepend");
        return new(part["prepend"].String());
    }

    public void Normalize(NormalizedText text)
    {
        int length = text.Chars.Length;
        if (length == 0) return;
        text.Begin();
        text.Append(prefix, 0, 0);
        text.Copy(0, length);
        text.Commit();
        text.ResetPieces();
    }
}
