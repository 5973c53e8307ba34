using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Attention.Dsl;

namespace Attention.Runtime;

/// <summary>
/// Keeps what a row does not see from reaching it. Strips take keys that some of their rows do not see with weights of zero, which is as good as
/// leaving them out, but where values are not finite: a row that is not finite then is made anew, of what it sees alone. What is finite
/// has the same bits either way. References are trusted, not checked.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class SeenContext
{
    /// <summary>Whether all of some rows is finite.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="width">The floats of a row.</param>
    /// <param name="first">The first row.</param>
    /// <param name="stride">The distance of two rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool AreFinite(int rows, int width, ref float first, int stride)
    {
        // x − x is NaN for what is not finite, else zero.
        Vector512<float> wide = Vector512<float>.Zero;
        Vector128<float> narrow = Vector128<float>.Zero;
        float rest = 0;
        for (int row = 0; row < rows; row++)
        {
            ref float x = ref Unsafe.Add(ref first, row * (nint)stride);
            int i = 0;
            for (; Vector512.IsHardwareAccelerated && i <= width - 16; i += 16)
                wide += Vector512.LoadUnsafe(ref x, (nuint)i) - Vector512.LoadUnsafe(ref x, (nuint)i);
            for (; i <= width - 4; i += 4)
                narrow += Vector128.LoadUnsafe(ref x, (nuint)i) - Vector128.LoadUnsafe(ref x, (nuint)i);
            for (; i < width; i++)
                rest += Unsafe.Add(ref x, i) - Unsafe.Add(ref x, i);
        }

        return rest == 0 && Vector128.EqualsAll(narrow, Vector128<float>.Zero) && Vector512.EqualsAll(wide, Vector512<float>.Zero);
    }

    /// <summary>Makes a row of the values that it sees, an interval.</summary>
    /// <param name="from">The first key.</param>
    /// <param name="to">The key behind the last.</param>
    /// <param name="width">The floats of the row.</param>
    /// <param name="weights">The weight of key 0.</param>
    /// <param name="values">The value of key 0.</param>
    /// <param name="stride">The distance of two values.</param>
    /// <param name="inverse">What the sum is multiplied by.</param>
    /// <param name="y">The row.</param>
    /// <param name="format">What values are kept as: floats or bfloat16.</param>
    public static void Mend<TArithmetic>(int from, int to, int width, ref float weights, ref float values, int stride, float inverse, ref float y, WeightFormat format = WeightFormat.Float32)
        where TArithmetic : struct, IArithmetic
    {
        for (int column = 0; column < width; column++)
        {
            Vector128<float> sum = Vector128<float>.Zero;
            for (int key = from; key < to; key++)
                sum = TArithmetic.MultiplyAdd(Vector128.CreateScalar(Unsafe.Add(ref weights, key)), Vector128.CreateScalar(Widening.Element(ref Unsafe.Add(ref values, key * (nint)stride), column, format)), sum);
            Unsafe.Add(ref y, column) = sum.ToScalar() * inverse;
        }
    }

    /// <summary>Makes a row of the values that it sees by a mask.</summary>
    /// <param name="query">The row's number.</param>
    /// <param name="keys">How many keys there are.</param>
    /// <param name="begin">The first entry of the mask.</param>
    /// <param name="count">How many entries.</param>
    /// <param name="mask">What the row sees.</param>
    /// <param name="width">The floats of the row.</param>
    /// <param name="weights">The weights, panel by panel as the mask lists them.</param>
    /// <param name="values">The value of key 0.</param>
    /// <param name="stride">The distance of two values.</param>
    /// <param name="inverse">What the sum is multiplied by.</param>
    /// <param name="y">The row.</param>
    /// <param name="from">The first key that the row may see.</param>
    /// <param name="format">What values are kept as: floats or bfloat16.</param>
    public static void MendPanels<TArithmetic>(
        int query, int keys, int begin, int count, PackedMask mask, int width, ref float weights, ref float values, int stride, float inverse, ref float y, int from = 0, WeightFormat format = WeightFormat.Float32)
        where TArithmetic : struct, IArithmetic
    {
        for (int column = 0; column < width; column++)
        {
            Vector128<float> sum = Vector128<float>.Zero;
            for (int slot = 0; slot < count; slot++)
            {
                int first = mask.Panel(begin + slot) * Measures.KeyPanel, at = slot * Measures.KeyPanel;
                for (uint seen = mask.Seen(begin + slot, query, keys, from), key = 0; seen != 0; seen >>= 1, key++)
                {
                    if ((seen & 1) != 0)
                        sum = TArithmetic.MultiplyAdd(Vector128.CreateScalar(Unsafe.Add(ref weights, at + (int)key)), Vector128.CreateScalar(Widening.Element(ref Unsafe.Add(ref values, (first + (int)key) * (nint)stride), column, format)), sum);
                }
            }

            Unsafe.Add(ref y, column) = sum.ToScalar() * inverse;
        }
    }
}
