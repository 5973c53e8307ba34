namespace Attention.Text;

/// <summary>
/// SentencePiece's rules as tokenizers' Precompiled applies them. A grapheme cluster of fewer than 6 bytes is replaced whole by what its
/// shortest beginning in the rules becomes, whatever follows in the cluster; of any other each character is looked up alone. So marks
/// after a letter can vanish that SentencePiece itself, which takes the longest beginning, composes or keeps. Immutable.
/// </summary>
internal sealed class PrecompiledNormalizer(PrecompiledCharsmap rules) : INormalizer
{
    private const int TooLong = 6;

    /// <summary>The part "precompiled_charsmap", in base 64.</summary>
    public static PrecompiledNormalizer Read(JsonPart part)
    {
        part.Only("type", "precompiled_charsmap");
        JsonPart map = part["precompiled_charsmap"];
        byte[] blob;
        try
        {
            blob = Convert.FromBase64String(map.String());
        }
        catch (FormatException)
        {
            throw map.Error("expected base 64");
        }
        try
        {
            return new(new(blob));
        }
        catch (InvalidDataException error)
        {
            throw map.Error(error.Message);
        }
    }

    public void Normalize(NormalizedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        int copied = 0;
        text.Begin();
        for (int at = 0, length; at < chars.Length; at += length)
        {
            length = 1;
            if (IsPlain(chars, at)) continue;
            length = GraphemeBreaks.FirstLength(chars[at..]);
            if (TryReplace(chars, at, length, ref copied, text)) continue;
            for (int inner = at, units; inner < at + length; inner += units)
            {
                Surrogates.CodePointAt(chars, inner, out units);
                TryReplace(chars, inner, units, ref copied, text);
            }
        }
        if (copied == 0) return;
        text.Copy(copied, chars.Length);
        text.Commit();
    }

    /// <summary>Whether an ASCII character stands alone, before another, and no rule is about it.</summary>
    private bool IsPlain(ReadOnlySpan<char> chars, int at) => chars[at] < 0x80 && rules.IsPlain(chars[at]) && (at + 1 == chars.Length || chars[at + 1] < 0x80);

    private bool TryReplace(ReadOnlySpan<char> chars, int at, int length, ref int copied, NormalizedText text)
    {
        ReadOnlySpan<char> part = chars.Slice(at, length);
        if (System.Text.Encoding.UTF8.GetByteCount(part) >= TooLong || !rules.TryMatch(part, longest: false, out _, out ReadOnlySpan<char> replacement)) return false;
        text.Copy(copied, at);
        text.Append(replacement, at, at + length);
        copied = at + length;
        return true;
    }
}
