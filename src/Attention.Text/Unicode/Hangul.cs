namespace Attention.Text;

/// <summary>Syllables of Hangul by arithmetic: Unicode standard, section 3.12.</summary>
internal static class Hangul
{
    private const int Syllables = 0xAC00, Leading = 0x1100, Vowels = 0x1161, Trailing = 0x11A7;
    private const int LeadingCount = 19, VowelCount = 21, TrailingCount = 28, Count = LeadingCount * VowelCount * TrailingCount;

    /// <summary>Between these, ends included, are all letters that are composed with what stands before them.</summary>
    public const int FirstVowel = Vowels, LastTrailing = Trailing + TrailingCount - 1;

    public static bool IsSyllable(int codePoint) => (uint)(codePoint - Syllables) < Count;

    /// <summary>A syllable's two or three letters; how many.</summary>
    public static int Decompose(int syllable, Span<int> letters)
    {
        int index = syllable - Syllables, trailing = index % TrailingCount;
        letters[0] = Leading + index / (VowelCount * TrailingCount);
        letters[1] = Vowels + index / TrailingCount % VowelCount;
        if (trailing == 0) return 2;
        letters[2] = Trailing + trailing;
        return 3;
    }

    /// <summary>A leading and a vowel letter, or a syllable and a trailing letter, as one syllable; -1 if they make none.</summary>
    public static int Compose(int first, int second)
    {
        if ((uint)(first - Leading) < LeadingCount && (uint)(second - Vowels) < VowelCount)
            return Syllables + ((first - Leading) * VowelCount + second - Vowels) * TrailingCount;
        bool open = IsSyllable(first) && (first - Syllables) % TrailingCount == 0;
        return open && (uint)(second - Trailing - 1) < TrailingCount - 1 ? first + second - Trailing : -1;
    }
}
