using Attention.Dsl;

namespace Attention.Runtime;

/// <summary>Sinusoidal positions that are computed into packed weights, a row each.</summary>
/// <param name="Length">How many rows.</param>
/// <param name="Width">Channels of a row.</param>
/// <param name="Offset">Where the first row goes.</param>
/// <param name="Stride">From one packed row to the next.</param>
/// <param name="First">The position of the first row.</param>
internal readonly record struct SinusoidTable(int Length, int Width, long Offset, int Stride, int First)
{
    /// <summary>Whether the sines are in the first channels and the cosines in the last ones, instead of in turns.</summary>
    public bool Halves { get; init; }

    /// <summary>Pairs of channels from the rate of 1 to that of 1/10000: <c>Width / 2.0</c>, or as many as this tells where it is not 0.</summary>
    public int Steps { get; init; }

    /// <summary>Computes the rows. Angles are in double, and each value is rounded once.</summary>
    public void Write(PinnedMemory memory)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Stride, Width);
        for (int number = 0; number < Length; number++)
        {
            int position = First + number;
            Span<float> row = Row(number, memory);
            for (int channel = 0; channel < Width; channel++)
            {
                int pair = channel / 2;
                double angle = position * Math.Pow(10000, -(Steps > 0 ? pair / (double)Steps : 2 * pair / (double)Width));
                bool sine = (channel & 1) == 0;
                int place = !Halves ? channel : sine ? pair : ((Width + 1) / 2) + pair;
                row[place] = (float)(sine ? Math.Sin(angle) : Math.Cos(angle));
            }
        }
    }

    /// <summary>
    /// Whether a tensor holds the same positions, from the first of them or from 0 on, as well as the float32 arithmetic of training frameworks computes them.
    /// </summary>
    public bool Holds(SafeTensors source, StoredTensor tensor, PinnedMemory memory) =>
        tensor.Shape[^1] == Width && SafeTensors.NotFloat(tensor) is null && (Holds(source, tensor, memory, 0) || (First > 0 && Holds(source, tensor, memory, First)));

    private bool Holds(SafeTensors source, StoredTensor tensor, PinnedMemory memory, int begin)
    {
        const float Tolerance = 2e-3f;
        long rows = Math.Min(Length, (tensor.Elements / Width) - begin);
        if (rows < 2)
            return false;
        var row = new float[Width];
        for (int position = 0; position < rows; position++)
        {
            source.ReadFloats(tensor, (long)(begin + position) * Width, row);
            Span<float> computed = Row(position, memory);
            for (int channel = 0; channel < Width; channel++)
            {
                if (!(MathF.Abs(row[channel] - computed[channel]) <= Tolerance))
                    return false;
            }
        }

        return true;
    }

    private Span<float> Row(int row, PinnedMemory memory) => memory.Slice(Offset + ((long)row * Stride), Width);
}
