using System.Runtime.CompilerServices;

namespace Attention.Runtime;

/// <summary>Rounds columns of float32 weights to what <see cref="Widening"/> reads. Optimised at once, as all that only loads a model.</summary>
internal static class Narrowing
{
    /// <summary>The largest whole number of an int8 weight; −128 is left out, so that the range is symmetric.</summary>
    public const int Largest = 127;

    /// <summary>
    /// The upper half of a float, rounded to nearest even; too large is ∞ as in IEEE 754. A NaN stays one: its first
    /// payload bit is set, since all others may lie in the lower half.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort BFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((float.IsNaN(value) ? bits | 0x40_0000 : bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>The whole number of scales nearest to a value, half to even; 0 where the scale is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static sbyte Int8(float value, float scale, int largest = Largest) =>
        scale == 0 ? (sbyte)0 : (sbyte)Math.Clamp(MathF.Round(value / scale), -largest, largest);

    /// <summary>Writes columns, [rows][count], as those of a panel, [rows][width], from its first element on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToBFloat16(ReadOnlySpan<float> columns, int count, Span<ushort> panel, int width)
    {
        for (; !columns.IsEmpty; columns = columns[count..])
        {
            for (int j = 0; j < count; j++)
                panel[j] = BFloat16(columns[j]);
            panel = panel[Math.Min(width, panel.Length)..];
        }
    }

    /// <summary>Writes columns, [rows][scales.Length], as those of a panel, [rows][width], from its first element on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToInt8(ReadOnlySpan<float> columns, ReadOnlySpan<float> scales, Span<sbyte> panel, int width, int largest = Largest)
    {
        for (; !columns.IsEmpty; columns = columns[scales.Length..])
        {
            for (int j = 0; j < scales.Length; j++)
                panel[j] = Int8(columns[j], scales[j], largest);
            panel = panel[Math.Min(width, panel.Length)..];
        }
    }

    /// <summary>The scale of each column of [rows][scales.Length]: its largest magnitude / the largest whole number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scales(ReadOnlySpan<float> columns, Span<float> scales, int largest = Largest)
    {
        scales.Clear();
        for (; !columns.IsEmpty; columns = columns[scales.Length..])
        {
            for (int j = 0; j < scales.Length; j++)
                scales[j] = MathF.Max(scales[j], MathF.Abs(columns[j])); // NaN where one of them is
        }

        foreach (ref float scale in scales)
            scale /= largest;
    }
}
