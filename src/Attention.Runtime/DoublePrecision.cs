using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Attention.Runtime;

/// <summary>
/// Rows whose moments float32 cannot tell, normalised in double precision: their squares are too large, or their values all but
/// equal. One sum after the other, without fused multiply-add, so that every machine gives the same bits. A row with a NaN or ∞
/// comes here too, and out as IEEE 754 has it. Memory behind a row, up to a multiple of 16, becomes zero, unless it is told not to.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DoublePrecision
{
    /// <summary>
    /// Whether a row's moments are to be taken again: the mean of its squares is not finite, or would lose too much when the
    /// square of <paramref name="off"/> is taken from it.
    /// </summary>
    /// <param name="square">The mean of the squared differences from a rounded mean, or the sum of squares.</param>
    /// <param name="off">What that mean lacks.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNeeded(float square, float off) => !(square <= float.MaxValue && 16 * off * off <= square);

    /// <summary>Writes (x − mean) / √(variance + ε) · weight + bias; the result may lie where the row does.</summary>
    /// <param name="width">The row's length.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="row">x.</param>
    /// <param name="weights">The weight, and the bias at the next multiple of 16.</param>
    /// <param name="result">Where the first element goes.</param>
    /// <param name="pads">Whether memory behind the row becomes zero.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Normalize(int width, float epsilon, ref float row, ref float weights, ref float result, bool pads = true)
    {
        ref float biases = ref Unsafe.Add(ref weights, Padded(width));
        double sum = 0, squares = 0;
        for (int i = 0; i < width; i++)
            sum += Unsafe.Add(ref row, i);
        double mean = sum / width;
        for (int i = 0; i < width; i++)
            squares += (Unsafe.Add(ref row, i) - mean) * (Unsafe.Add(ref row, i) - mean);
        double scale = 1 / Math.Sqrt((squares / width) + epsilon);
        for (int i = 0; i < width; i++)
            Unsafe.Add(ref result, i) = (float)(((Unsafe.Add(ref row, i) - mean) * scale * Unsafe.Add(ref weights, i)) + Unsafe.Add(ref biases, i));
        if (pads)
            Pad(width, ref result);
    }

    /// <summary>Writes x / √(mean(x²) + ε) · weight; the result may lie where the row does.</summary>
    /// <param name="width">The row's length.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="row">x.</param>
    /// <param name="weights">The weight.</param>
    /// <param name="result">Where the first element goes.</param>
    /// <param name="pads">Whether memory behind the row becomes zero.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RmsNormalize(int width, float epsilon, ref float row, ref float weights, ref float result, bool pads = true)
    {
        double squares = 0;
        for (int i = 0; i < width; i++)
            squares += (double)Unsafe.Add(ref row, i) * Unsafe.Add(ref row, i);
        double scale = 1 / Math.Sqrt((squares / width) + epsilon);
        for (int i = 0; i < width; i++)
            Unsafe.Add(ref result, i) = (float)(Unsafe.Add(ref row, i) * scale * Unsafe.Add(ref weights, i));
        if (pads)
            Pad(width, ref result);
    }

    /// <summary>Writes x / max(‖x‖₂, 10⁻¹²); the result may lie where the row does.</summary>
    /// <param name="width">The row's length.</param>
    /// <param name="row">x.</param>
    /// <param name="result">Where the first element goes.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void L2Normalize(int width, ref float row, ref float result)
    {
        double squares = 0;
        for (int i = 0; i < width; i++)
            squares += (double)Unsafe.Add(ref row, i) * Unsafe.Add(ref row, i);
        double norm = Math.Max(Math.Sqrt(squares), 1e-12);
        for (int i = 0; i < width; i++)
            Unsafe.Add(ref result, i) = (float)(Unsafe.Add(ref row, i) / norm);
        Pad(width, ref result);
    }

    private static int Padded(int width) => (width + 15) & ~15;

    private static void Pad(int width, ref float result)
    {
        for (int i = width; i < Padded(width); i++)
            Unsafe.Add(ref result, i) = 0;
    }
}
