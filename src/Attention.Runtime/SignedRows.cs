using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Attention.Runtime;

/// <summary>
/// Rows in signed whole numbers of 16 bits, <c>x ≈ scale · n</c>, by each row's greatest magnitude. A row takes a word for each two values, value i below value words + i, and then its
/// scale, which is NaN where a value is no finite number. References are trusted, not checked.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class SignedRows
{
    /// <summary>The largest number: sums of 512 products have room in 32 bits.</summary>
    private const int Largest = 2047;

    /// <summary>Quantises rows.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="width">Their values, a multiple of 16.</param>
    /// <param name="source">The first value.</param>
    /// <param name="stride">The distance of two rows.</param>
    /// <param name="destination">Where to write, rows one behind the other.</param>
    /// <returns>That.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ref float Quantize(int rows, int width, ref float source, int stride, ref float destination)
    {
        int words = width / 2;
        for (int row = 0; row < rows; row++)
        {
            ref float x = ref Unsafe.Add(ref source, row * (nint)stride), d = ref Unsafe.Add(ref destination, row * (nint)(words + 1));
            Vector256<float> greatest = Vector256<float>.Zero, odd = Vector256<float>.Zero;
            for (int i = 0; i < width; i += 8)
            {
                Vector256<float> value = Vector256.LoadUnsafe(ref x, (nuint)i);
                greatest = Vector256.MaxNative(Vector256.Abs(value), greatest);
                odd += value * 0; // NaN where it is no finite number
            }

            Vector128<float> half = Vector128.MaxNative(greatest.GetLower(), greatest.GetUpper());
            half = Vector128.MaxNative(half, Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1)));
            float most = MathF.Max(half[0], half[1]), inverse = most < RowScale.Least ? 0 : Largest / most;
            Unsafe.Add(ref d, words) = (most < RowScale.Least ? 0 : most / Largest) + Vector256.Sum(odd);
            Vector256<float> by = Vector256.Create(inverse), origin = Vector256.Create(RowScale.Origin);
            for (int i = 0; i < words; i += 8)
            {
                Vector256<int> low = ((Vector256.LoadUnsafe(ref x, (nuint)i) * by) + origin).AsInt32(), high = ((Vector256.LoadUnsafe(ref x, (nuint)(i + words)) * by) + origin).AsInt32();
                Vector256.ConditionalSelect(Vector256.Create(0xFFFF), low, high << 16).AsSingle().StoreUnsafe(ref d, (nuint)i);
            }
        }

        return ref destination;
    }

    /// <summary>Quantises the keys of a head into panels: the words of some keys, and then their scales.</summary>
    /// <param name="rows">How many keys.</param>
    /// <param name="width">Channels of the head, a multiple of 16.</param>
    /// <param name="source">The first key.</param>
    /// <param name="stride">The distance of two keys.</param>
    /// <param name="panels">The panels of the head.</param>
    /// <param name="columns">Keys of a panel.</param>
    /// <param name="buffer">Room for as many rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(int rows, int width, ref float source, int stride, ref float panels, int columns, ref float buffer)
    {
        int floats = (width / 2) + 1;
        for (int row = 0; row < rows; row += columns)
        {
            int count = Math.Min(columns, rows - row);
            Quantize(count, width, ref Unsafe.Add(ref source, row * (nint)stride), stride, ref buffer);
            Transposition.Transpose(count, floats, ref buffer, floats, ref Unsafe.Add(ref panels, row * (nint)floats), columns);
        }
    }
}
