namespace Attention.Text;

/// <summary>What a code point is to the rules of extended grapheme clusters (Unicode Standard Annex 29).</summary>
internal enum GraphemeClass
{
    Other,

    /// <summary>A control, U+000D and U+000A among them.</summary>
    Control,

    /// <summary>Extends what is before it, but no conjunct.</summary>
    Extend,

    /// <summary>Extends what is before it, conjuncts included.</summary>
    ConjunctExtend,

    /// <summary>Extends what is before it, and links consonants to conjuncts.</summary>
    Linker,

    /// <summary>U+200D.</summary>
    Joiner,
    SpacingMark,
    Prepend,
    Consonant,
    Pictographic,

    /// <summary>Hangul: a leading consonant, a vowel or a syllable that ends with one, a trailing consonant or a syllable that ends with one; the last two as jamo and as syllables.</summary>
    Leading,
    Vowel,
    Trailing,
    SyllableVowel,
    SyllableTrailing,
}

/// <summary>
/// Extended grapheme clusters of Unicode 16, as far as the reference's Precompiled can tell them apart: pairs of regional indicators
/// are of 8 bytes, too long for it, and stand for two here.
/// </summary>
internal static partial class GraphemeBreaks
{
    public static GraphemeClass ClassOf(int codePoint)
    {
        if (codePoint is >= ' ' and < 0x7F) return GraphemeClass.Other;
        ReadOnlySpan<int> ranges = Ranges;
        int low = 0, high = ranges.Length;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (ranges[middle] >> 4 <= codePoint) low = middle;
            else high = middle;
        }
        var found = (GraphemeClass)(ranges[low] & 15);
        // Of 28 syllables the first has no trailing consonant.
        return found == GraphemeClass.SyllableTrailing && (codePoint - 0xAC00) % 28 == 0 ? GraphemeClass.SyllableVowel : found;
    }

    /// <summary>The units of the cluster that a well-formed text begins with.</summary>
    public static int FirstLength(ReadOnlySpan<char> text)
    {
        int codePoint = Surrogates.CodePointAt(text, 0, out int end);
        if (codePoint == '\r' && text.Length > 1 && text[1] == '\n') return 2;
        GraphemeClass before = ClassOf(codePoint);
        int emoji = AfterEmoji(0, before), conjunct = AfterConjunct(0, before);
        while (end < text.Length)
        {
            GraphemeClass next = ClassOf(Surrogates.CodePointAt(text, end, out int units));
            bool together = Attaches(before, next) || (next == GraphemeClass.Pictographic && emoji == 2) || (next == GraphemeClass.Consonant && conjunct == 2);
            if (!together) break;
            (emoji, conjunct) = (AfterEmoji(emoji, next), AfterConjunct(conjunct, next));
            before = next;
            end += units;
        }
        return end;
    }

    /// <summary>How far an emoji sequence has come: 1 is a pictograph with what extends it, 2 the joiner after them.</summary>
    private static int AfterEmoji(int state, GraphemeClass next) => next switch
    {
        GraphemeClass.Pictographic => 1,
        GraphemeClass.Joiner when state == 1 => 2,
        _ when state == 1 && IsExtend(next) => 1,
        _ => 0,
    };

    /// <summary>How far a conjunct has come: 1 is a consonant with what extends it, 2 the same with a linker among them.</summary>
    private static int AfterConjunct(int state, GraphemeClass next) => next switch
    {
        GraphemeClass.Consonant => 1,
        GraphemeClass.Linker when state > 0 => 2,
        GraphemeClass.ConjunctExtend or GraphemeClass.Joiner => state,
        _ => 0,
    };

    private static bool IsExtend(GraphemeClass value) => value is GraphemeClass.Extend or GraphemeClass.ConjunctExtend or GraphemeClass.Linker;

    /// <summary>Whether no boundary is between two neighbours, whatever is before them.</summary>
    private static bool Attaches(GraphemeClass before, GraphemeClass next)
    {
        if (before == GraphemeClass.Control || next == GraphemeClass.Control) return false;
        if (before == GraphemeClass.Prepend || IsExtend(next) || next is GraphemeClass.Joiner or GraphemeClass.SpacingMark) return true;
        return before switch
        {
            GraphemeClass.Leading => next is GraphemeClass.Leading or GraphemeClass.Vowel or GraphemeClass.SyllableVowel or GraphemeClass.SyllableTrailing,
            GraphemeClass.Vowel or GraphemeClass.SyllableVowel => next is GraphemeClass.Vowel or GraphemeClass.Trailing,
            GraphemeClass.Trailing or GraphemeClass.SyllableTrailing => next == GraphemeClass.Trailing,
            _ => false,
        };
    }
}
