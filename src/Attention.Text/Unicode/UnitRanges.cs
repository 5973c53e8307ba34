using System.Buffers;

namespace Attention.Text;

/// <summary>Ranges of UTF-16 units to search for. Given by its two ends instead, a search boxes these until its code is optimised.</summary>
internal static class UnitRanges
{
    public static readonly SearchValues<char> Ascii = Of('\0', '\u007F');

    /// <summary>ASCII's signs and the space.</summary>
    public static readonly SearchValues<char> Printable = Of(' ', '~');

    /// <summary>Units before the first that has a decomposition.</summary>
    public static readonly SearchValues<char> Whole = Of('\0', (char)(CodePoints.FirstDecomposed - 1));

    public static readonly SearchValues<char> Surrogates = Of('\uD800', '\uDFFF');

    private static SearchValues<char> Of(char first, char last) => SearchValues.Create([.. Enumerable.Range(first, last - first + 1).Select(unit => (char)unit)]);
}
