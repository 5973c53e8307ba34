using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attention.Text;

/// <summary>
/// The Unicode properties that tokenizers see, from tables of our own: .NET's differ by version, by globalization mode and by platform.
/// The tables are the reference's, its versions included: normalisation of Unicode 9, categories of 16, lower case of 17.
/// </summary>
internal static partial class CodePoints
{
    /// <summary>Before this unit no form of normalisation changes anything.</summary>
    public const char FirstDecomposed = '\u00A0';

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Traits TraitsOf(int codePoint) =>
        (Traits)TraitsRecords[TraitsValues[(TraitsBlocks[codePoint >> 7] << 7) | (codePoint & 127)]];

    public static bool Has(int codePoint, Traits any) => (TraitsOf(codePoint) & any) != 0;

    /// <summary>The general category, numbered as .NET's.</summary>
    public static int Category(int codePoint) => (int)(TraitsOf(codePoint) & Traits.Category);

    public static bool IsWhiteSpace(int codePoint) => Has(codePoint, Traits.WhiteSpace);

    /// <summary>The lower case where it is one code point; U+0130's, which is two, is <see cref="LowerCaseOfDottedI"/>.</summary>
    public static int LowerCase(int codePoint) => codePoint + LowerCaseRecords[LowerCaseValues[(LowerCaseBlocks[codePoint >> 7] << 7) | (codePoint & 127)]];

    /// <summary>The only code point that has a lower case of two.</summary>
    public const int DottedI = 0x130;

    public const string LowerCaseOfDottedI = "i\u0307";

    public static int CombiningClass(int codePoint) => CombiningClassValues[(CombiningClassBlocks[codePoint >> 7] << 7) | (codePoint & 127)];

    /// <summary>The full decomposition in UTF-16; empty if the code point has none. Hangul is <see cref="Hangul"/>'s.</summary>
    public static ReadOnlySpan<char> Decomposition(int codePoint, bool compatibility)
    {
        int place = compatibility
            ? CompatibilityValues[(CompatibilityBlocks[codePoint >> 7] << 7) | (codePoint & 127)]
            : CanonicalValues[(CanonicalBlocks[codePoint >> 7] << 7) | (codePoint & 127)];
        return place == 0 ? default : MemoryMarshal.Cast<ushort, char>(Pool).Slice(place + 1, Pool[place]);
    }

    /// <summary>Whether the code point has a decomposition, a canonical one or another.</summary>
    public static bool IsDecomposed(int codePoint) => CompatibilityValues[(CompatibilityBlocks[codePoint >> 7] << 7) | (codePoint & 127)] != 0;

    /// <summary>Whether the code point, itself of class 0, may become one with the one before it.</summary>
    public static bool IsComposedWithStarter(int codePoint) =>
        codePoint >> 6 < SecondStarters.Length && (SecondStarters[codePoint >> 6] >> codePoint & 1) != 0;

    private static readonly ulong[] SecondStarters = MakeSecondStarters();

    private static ulong[] MakeSecondStarters()
    {
        var starters = new ulong[0x400];
        void Add(int codePoint)
        {
            if (codePoint >> 6 >= starters.Length) Array.Resize(ref starters, (codePoint >> 6) + 1);
            starters[codePoint >> 6] |= 1UL << codePoint;
        }
        for (int at = 1; at < CompositionTable.Length; at += 3)
        {
            if (CombiningClass(CompositionTable[at]) == 0) Add(CompositionTable[at]);
        }
        for (int letter = Hangul.FirstVowel; letter <= Hangul.LastTrailing; letter++) Add(letter);
        return starters;
    }

    /// <summary>The primary composite of two code points; -1 if there is none.</summary>
    public static int Compose(int first, int second)
    {
        int syllable = Hangul.Compose(first, second);
        if (syllable >= 0) return syllable;
        if (second < 0x300) return -1;
        int low = 0, high = CompositionTable.Length / 3 - 1;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            int order = CompositionTable[3 * middle] != first ? CompositionTable[3 * middle] - first : CompositionTable[3 * middle + 1] - second;
            if (order == 0) return CompositionTable[3 * middle + 2];
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }
}
