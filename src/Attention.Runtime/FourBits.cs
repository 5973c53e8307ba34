using System.Runtime.CompilerServices;

namespace Attention.Runtime;

/// <summary>
/// Rounds columns of weights to whole numbers n from 0 to 15, those of each 32 inputs by a scale of their own: <c>w ≈ d · (n − 8)</c>, or <c>w ≈ d · n + m</c>. A scale and a minimum are float16
/// times the column's power of two, by which the greatest of them is near the end of that format's range.
/// </summary>
internal static class FourBits
{
    private const int Largest = 15, Eight = 8;

    private const int Group = Measures.QuantizedGroup, WordsOfGroup = Measures.FourBitGroup, WordsOfStep = 2 * WordsOfGroup;

    /// <summary>The largest power of two in the scales' format that leaves room for rounding up.</summary>
    private const int TopExponent = 14;

    /// <summary>
    /// Writes columns, [inputs][count], as those of a panel from its column <paramref name="first"/> on. A step of the panel, 64 inputs, is [8][width] whole numbers and then [width] scales, of its first group in the
    /// lower half, and so an eighth of the minima where there are any. Byte b of whole number 4g + i is of group g's inputs 8b + i, in its lower half, and 8b + i + 4. Inputs that are missing from the last step weigh
    /// nothing beside rows that are zero there.
    /// </summary>
    /// <param name="columns">The weights.</param>
    /// <param name="count">How many columns.</param>
    /// <param name="panel">The panel, zero.</param>
    /// <param name="width">All of its columns.</param>
    /// <param name="first">The first of them that is written.</param>
    /// <param name="hasMinimum">Whether groups have minima.</param>
    /// <param name="scales">Where the columns' powers of two go.</param>
    /// <param name="sums">Where the sums of the columns' weights go, in units of those.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(ReadOnlySpan<float> columns, int count, Span<int> panel, int width, int first, bool hasMinimum, Span<float> scales, Span<float> sums)
    {
        int inputs = columns.Length / count, depth = Measures.FourBitStep(hasMinimum);
        var groups = new (float Scale, float Minimum)[(inputs + Group - 1) / Group];
        for (int j = 0; j < count; j++)
        {
            float greatest = 0;
            for (int g = 0; g < groups.Length; g++)
            {
                groups[g] = RangeOf(columns, count, j, g * Group, inputs, hasMinimum);
                greatest = Math.Max(greatest, Math.Max(Math.Abs(groups[g].Scale), Math.Abs(groups[g].Minimum)));
            }

            float unit = greatest == 0 ? 1 : MathF.ScaleB(1, Math.Max(-126, MathF.ILogB(greatest) - TopExponent));
            double sum = 0;
            for (int g = 0; g < groups.Length; g++)
            {
                Half scale = (Half)(groups[g].Scale / unit), minimum = (Half)(groups[g].Minimum / unit / Eight);
                double added = hasMinimum ? Eight * (double)minimum : -Eight * (double)scale;
                Span<int> step = panel.Slice(g / 2 * depth * width, depth * width)[(first + j)..];
                int total = WriteGroup(columns, count, j, g * Group, inputs, (double)scale * unit, Eight * (double)minimum * unit, hasMinimum, step[(g % 2 * WordsOfGroup * width)..], width);
                step[WordsOfStep * width] |= BitConverter.HalfToUInt16Bits(scale) << (16 * (g % 2));
                if (hasMinimum)
                    step[(WordsOfStep + 1) * width] |= BitConverter.HalfToUInt16Bits(minimum) << (16 * (g % 2));
                sum += ((double)scale * total) + (Group * added);
            }

            scales[j] = unit;
            sums[j] = (float)sum;
        }
    }

    /// <summary>The scale by which the value of greatest magnitude has the number 0, or that by which the greatest value has the number 15 and the least, the minimum, 0.</summary>
    private static (float Scale, float Minimum) RangeOf(ReadOnlySpan<float> columns, int count, int column, int begin, int inputs, bool hasMinimum)
    {
        int end = Math.Min(begin + Group, inputs);
        float least = columns[(begin * count) + column], greatest = least;
        for (int k = begin + 1; k < end; k++)
        {
            least = Math.Min(least, columns[(k * count) + column]);
            greatest = Math.Max(greatest, columns[(k * count) + column]);
        }

        return hasMinimum ? ((greatest / Largest) - (least / Largest), least) : ((greatest > -least ? greatest : least) / -Eight, 0);
    }

    private static int WriteGroup(ReadOnlySpan<float> columns, int count, int column, int begin, int inputs, double scale, double minimum, bool hasMinimum, Span<int> words, int width)
    {
        int total = 0, zero = hasMinimum ? 0 : Eight;
        for (int i = 0; i < WordsOfGroup; i++)
        {
            int word = 0;
            for (int part = 0; part < 8; part++)
            {
                int k = begin + (part / 2 * 8) + (part % 2 * WordsOfGroup) + i;
                int number = k >= inputs || scale == 0 ? zero : (int)Math.Clamp(Math.Round((columns[(k * count) + column] - minimum) / scale) + zero, 0, Largest);
                total += number;
                word |= number << (4 * part);
            }

            words[i * width] = word;
        }

        return total;
    }
}
