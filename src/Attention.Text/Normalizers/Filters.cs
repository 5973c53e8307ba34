namespace Attention.Text;

/// <summary>Drops the code points that have a trait.</summary>
internal sealed class DropNormalizer(Traits any) : INormalizer
{
    /// <summary>Drops combining marks; what is composed keeps them.</summary>
    public static readonly DropNormalizer StripAccents = new(Traits.Mark);

    public void Normalize(NormalizedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        int kept = 0;
        bool began = false;
        for (int at = 0, units; at < chars.Length; at += units)
        {
            units = 1;
            if (chars[at] < 0x80 && (any & (Traits.Mark | Traits.BertAccent)) == any) continue;
            int codePoint = Surrogates.CodePointAt(chars, at, out units);
            if (!CodePoints.Has(codePoint, any)) continue;
            if (!began) text.Begin();
            began = true;
            text.Copy(kept, at);
            kept = at + units;
        }
        if (!began) return;
        text.Copy(kept, chars.Length);
        text.Commit();
    }
}

/// <summary>Lower case, code point by code point: without the final sigma and without languages' rules.</summary>
internal sealed class LowercaseNormalizer : INormalizer
{
    public static readonly LowercaseNormalizer Instance = new();

    public void Normalize(NormalizedText text)
    {
        Span<char> chars = text.Writable;
        System.Text.Ascii.ToLowerInPlace(chars, out int ascii);
        for (int at = ascii, units; at < chars.Length; at += units)
        {
            units = 1;
            char unit = chars[at];
            if (unit < 0x80)
            {
                if ((uint)(unit - 'A') < 26) chars[at] = (char)(unit | 0x20);
                continue;
            }
            int codePoint = Surrogates.CodePointAt(chars, at, out units);
            int lower = CodePoints.LowerCase(codePoint);
            if (lower == codePoint && codePoint != CodePoints.DottedI) continue;
            if (codePoint == CodePoints.DottedI || (lower < 0x10000) != (units == 1))
            {
                Rewrite(text, at);
                return;
            }
            if (units == 1) chars[at] = (char)lower;
            else (chars[at], chars[at + 1]) = ((char)(0xD7C0 + (lower >> 10)), (char)(0xDC00 + (lower & 0x3FF)));
        }
    }

    private static void Rewrite(NormalizedText text, int from)
    {
        ReadOnlySpan<char> chars = text.Chars;
        text.Begin();
        text.Copy(0, from);
        for (int at = from, units; at < chars.Length; at += units)
        {
            int codePoint = Surrogates.CodePointAt(chars, at, out units);
            if (codePoint == CodePoints.DottedI) text.Append(CodePoints.LowerCaseOfDottedI, at, at + 1);
            else text.AppendCodePoint(CodePoints.LowerCase(codePoint), at, at + units);
        }
        text.Commit();
    }
}

/// <summary>Drops white space at the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : INormalizer
{
    public void Normalize(NormalizedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        int start = 0, end = chars.Length;
        while (left && start < end && CodePoints.IsWhiteSpace(chars[start])) start++;
        while (right && start < end && CodePoints.IsWhiteSpace(chars[end - 1])) end--;
        if (start == 0 && end == chars.Length) return;
        text.Begin();
        text.Copy(start, end);
        text.Commit();
    }
}

/// <summary>Puts a string before a text that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    public void Normalize(NormalizedText text)
    {
        if (text.Chars.IsEmpty) return;
        Surrogates.CodePointAt(text.Chars, 0, out int units);
        text.Begin();
        text.Append(prefix, 0, units);
        text.Copy(0, text.Chars.Length);
        text.Commit();
    }
}

/// <summary>One after the other.</summary>
internal sealed class SequenceNormalizer(params INormalizer[] normalizers) : INormalizer
{
    public void Normalize(NormalizedText text)
    {
        foreach (INormalizer normalizer in normalizers) normalizer.Normalize(text);
    }
}
