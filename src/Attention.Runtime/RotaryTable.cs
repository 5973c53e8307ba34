using System.ComponentModel;

namespace Attention.Runtime;

/// <summary>
/// The cosines and sines of rotary positions in packed weights, a row for each position, of which the first half are cosines: of halves one of each for a
/// pair; of neighbours both for each channel, the sine of the first of two with the sign that it has there.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class RotaryTable
{
    /// <summary>Computes the rows of positions 0 to length − 1. Angles are in double, and each value is rounded once.</summary>
    /// <param name="table">Where the first row begins.</param>
    /// <param name="length">How many rows.</param>
    /// <param name="columns">Of a row, cosines and sines together.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="width">Channels of a head that turn, two a pair.</param>
    /// <param name="isInterleaved">Whether neighbours are pairs, rather than channels half the width apart.</param>
    /// <param name="frequencies">How fast they turn.</param>
    /// <param name="factors">What the angle of each pair is divided by besides; nothing for 1.</param>
    public static void Write(Span<float> table, int length, int columns, int stride, int width, bool isInterleaved, RotaryFrequencies frequencies, ReadOnlySpan<double> factors = default)
    {
        for (int position = 0; position < length; position++)
        {
            Span<float> row = table.Slice(checked(position * stride), columns);
            for (int pair = 0; pair < width / 2; pair++)
            {
                double angle = frequencies.Angle(position, pair, width);
                (double sine, double cosine) = Math.SinCos(factors.IsEmpty ? angle : angle / factors[pair]);
                Put(row, pair, isInterleaved, (float)(frequencies.Amplitude * cosine), (float)(frequencies.Amplitude * sine));
            }
        }
    }

    /// <summary>Writes the cosine and the sine of a pair into a row.</summary>
    internal static void Put(Span<float> row, int pair, bool isInterleaved, float cosine, float sine)
    {
        Span<float> cosines = row[..(row.Length / 2)], sines = row[(row.Length / 2)..];
        if (!isInterleaved)
        {
            (cosines[pair], sines[pair]) = (cosine, sine);
            return;
        }

        (cosines[2 * pair], cosines[(2 * pair) + 1]) = (cosine, cosine);
        (sines[2 * pair], sines[(2 * pair) + 1]) = (-sine, sine);
    }
}
