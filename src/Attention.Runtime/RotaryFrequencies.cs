#if NETSTANDARD2_0
namespace Attention.Generator;
#else
namespace Attention.Runtime;
#endif

/// <summary>How fast the pairs of rotary positions turn: pair i by <c>base^(−2i/width) / factor</c> from one position to the next. Su et al. 2021, "RoFormer".</summary>
/// <param name="Base">What the rates fall towards the inverse of.</param>
/// <param name="Factor">By how much positions are drawn together: Chen et al. 2023, "Extending Context Window of Large Language Models via Positional Interpolation".</param>
[System.ComponentModel.EditorBrowsable(System.ComponentModel.EditorBrowsableState.Never)]
public readonly record struct RotaryFrequencies(double Base, double Factor)
{
    /// <summary>The angle of a pair at a position.</summary>
    /// <param name="position">The position.</param>
    /// <param name="pair">Which pair, from 0.</param>
    /// <param name="width">Channels that turn, two a pair.</param>
    public double Angle(int position, int pair, int width) => position * Math.Pow(Base, -2 * pair / (double)width) / Factor;
}
