using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Attention.Runtime;

/// <summary>
/// How the values of a row become whole numbers from 0 to a largest one: <c>x ≈ scale · (u − zero)</c>, so that the least value, the greatest, and 0 exactly, are among them.
/// Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", section 2.1.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct RowScale
{
    /// <summary>2²³ + 2²²: what is added to it is rounded to a whole number, ties to even, which stands in the low bits.</summary>
    public const float Origin = 12582912f;

    /// <summary>The bits of <see cref="Origin"/>.</summary>
    public const int OriginBits = 0x4B400000;

    /// <summary>A range below which all values count as 0: its inverse may be too large for a float.</summary>
    internal const float Least = 1e-30f;

    private readonly float _scale;

    /// <summary>The scale of a row.</summary>
    /// <param name="least">Its least value, or 0 where that is less.</param>
    /// <param name="greatest">Its greatest value, or 0 where that is greater.</param>
    /// <param name="largest">The largest whole number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowScale(float least, float greatest, int largest)
    {
        float range = greatest - least;
        Inverse = range < Least ? 0 : largest / range;
        _scale = range < Least ? 0 : range / largest;
        float zero = MathF.Round(-least * Inverse);
        Zero = (int)zero;
        Start = Origin + zero;
    }

    /// <summary>What values are multiplied by.</summary>
    public float Inverse { get; }

    /// <summary>The whole number that stands for 0.</summary>
    public int Zero { get; }

    /// <summary>What is added then: <see cref="Origin"/> and the zero point.</summary>
    public float Start { get; }

    /// <summary>The scale, or NaN for a row of which a value was no finite number.</summary>
    /// <param name="isFinite">Whether all values were.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float ScaleIf(bool isFinite) => isFinite ? _scale : float.NaN;
}
