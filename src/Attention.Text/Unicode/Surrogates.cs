namespace Attention.Text;

/// <summary>Code points of UTF-16.</summary>
internal static class Surrogates
{
    /// <summary>Replaces each surrogate that stands alone with U+FFFD.</summary>
    public static void Repair(Span<char> text)
    {
        for (int i = text.IndexOfAny(UnitRanges.Surrogates); (uint)i < (uint)text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else text[i] = '\uFFFD';
        }
    }

    /// <summary>The code point at a place of well-formed text, and how many units it has.</summary>
    public static int CodePointAt(ReadOnlySpan<char> text, int at, out int units)
    {
        int first = text[at];
        units = 1;
        if ((first & 0xFC00) != 0xD800 || at + 1 >= text.Length) return first;
        units = 2;
        return ((first - 0xD800) << 10) + (text[at + 1] - 0xDC00) + 0x10000;
    }

    /// <summary>The code point before a place of well-formed text, and how many units it has.</summary>
    public static int CodePointBefore(ReadOnlySpan<char> text, int at, out int units)
    {
        int last = text[at - 1];
        units = 1;
        if ((last & 0xFC00) != 0xDC00 || at < 2) return last;
        units = 2;
        return ((text[at - 2] - 0xD800) << 10) + (last - 0xDC00) + 0x10000;
    }
}
