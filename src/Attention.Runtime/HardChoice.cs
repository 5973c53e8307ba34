using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attention.Runtime;

/// <summary>Draws the key that has all of a row's weight. References are trusted, not checked.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class HardChoice
{
    /// <summary>For each row the number that belongs to its position, from 0 to below 1, in the bits of two floats.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="position">The position of the first.</param>
    /// <param name="step">From one row's position to the next one's.</param>
    /// <param name="seed">What the numbers begin with.</param>
    /// <param name="destination">The first row.</param>
    /// <param name="stride">The distance of two rows.</param>
    public static void Fill(int rows, int position, int step, int seed, ref float destination, int stride)
    {
        for (int row = 0; row < rows; row++)
            Unsafe.WriteUnaligned(ref Unsafe.As<float, byte>(ref Unsafe.Add(ref destination, (nint)row * stride)), SplitMix64.At((ulong)seed, position + (row * step)));
    }

    /// <summary>Of weights that are not divided by their sum yet, leaves 1 for the first at which their running sum passes a part of the whole, and 0 for the others.</summary>
    /// <param name="keys">How many there are, at least one.</param>
    /// <param name="weights">The first.</param>
    /// <param name="inverse">Where that stands which they are to be multiplied by.</param>
    /// <param name="part">The part, in the bits of two floats.</param>
    public static void Draw(int keys, ref float weights, int inverse, ref float part)
    {
        Span<float> all = MemoryMarshal.CreateSpan(ref weights, keys);
        double whole = 0, passed = 0, bound = Unsafe.ReadUnaligned<double>(ref Unsafe.As<float, byte>(ref part));
        foreach (float weight in all)
            whole += weight;
        bound *= whole;
        int chosen = 0;
        for (; chosen < keys - 1; chosen++)
        {
            passed += all[chosen];
            if (passed > bound)
                break;
        }

        all.Clear();
        all[chosen] = 1;
        Unsafe.Add(ref weights, inverse) = 1;
    }
}
