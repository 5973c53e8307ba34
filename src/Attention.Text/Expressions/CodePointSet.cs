using System.Runtime.CompilerServices;

namespace Attention.Text;

/// <summary>A set of code points: a bitmap of the basic plane, and a rule for what is above it.</summary>
internal sealed class CodePointSet
{
    private readonly ulong[] _basic = new ulong[0x10000 / 64];
    private readonly Func<int, bool> _rule;

    /// <param name="rule">What is in the set.</param>
    /// <param name="isAscii">Whether the set is known to have nothing beyond ASCII.</param>
    public CodePointSet(Func<int, bool> rule, bool isAscii)
    {
        (_rule, IsAscii) = (rule, isAscii);
        for (int c = 0; c < (isAscii ? 0x80 : 0x10000); c++)
        {
            if (rule(c)) _basic[c >> 6] |= 1UL << (c & 63);
        }
    }

    /// <summary>Whether the set is known to have nothing beyond ASCII.</summary>
    public bool IsAscii { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasUnit(int unit) => (_basic[unit >> 6] >> unit & 1) != 0;

    /// <summary>Whether the set has the code point at a place, and how many units it has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasAt(ReadOnlySpan<char> text, int at, out int units)
    {
        units = 1;
        int unit = text[at];
        return (unit & 0xF800) != 0xD800 ? HasUnit(unit) : HasAbove(text, at, out units);
    }

    public bool Has(int codePoint) => codePoint < 0x10000 ? HasUnit(codePoint) : _rule(codePoint);

    private bool HasAbove(ReadOnlySpan<char> text, int at, out int units) => Has(Surrogates.CodePointAt(text, at, out units));
}
