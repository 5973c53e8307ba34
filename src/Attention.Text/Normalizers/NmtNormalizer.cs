namespace Attention.Text;

/// <summary>The cleaning that machine translation's corpora have seen: control characters go, unusual spaces and marks of direction become spaces.</summary>
internal sealed class NmtNormalizer : INormalizer
{
    public static readonly NmtNormalizer Instance = new();

    public void Normalize(NormalizedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        text.Begin();
        int copied = 0;
        for (int i = 0; i < chars.Length; i++)
        {
            bool drop = IsDropped(chars[i]);
            if (!drop && !IsSpace(chars[i])) continue;
            text.Copy(copied, i);
            if (!drop) text.Append(' ', i, i + 1);
            copied = i + 1;
        }
        if (copied == 0) return;
        text.Copy(copied, chars.Length);
        text.Commit();
    }

    private static bool IsDropped(char unit) => unit is (>= '\u0001' and <= '\u0008') or '\u000B' or (>= '\u000E' and <= '\u001F') or '\u007F' or '\u008F' or '\u009F';

    private static bool IsSpace(char unit) => unit is '\u0009' or '\u000A' or '\u000C' or '\u000D' or '\u1680' or (>= '\u200B' and <= '\u200F')
        or '\u2028' or '\u2029' or '\u2581' or '\uFEFF' or '\uFFFD';
}
