using System.Numerics;

namespace Attention.Tests.Reference;

/// <summary>How far a row is from what it should be, and how long that is, both Euclidean.</summary>
internal readonly record struct RowError(double Distance, double Norm)
{
    public static RowError Of<T>(ReadOnlySpan<T> expected, ReadOnlySpan<float> actual)
        where T : INumberBase<T>
    {
        double distance = 0, norm = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double value = double.CreateChecked(expected[i]);
            if (value == float.MinValue)
            {
                // A forbidden logit is that exactly, and no part of the norm.
                distance += actual[i] == float.MinValue ? 0 : double.PositiveInfinity;
                continue;
            }

            norm += value * value;
            distance += (actual[i] - value) * (actual[i] - value);
        }

        return new RowError(Math.Sqrt(distance), Math.Sqrt(norm));
    }

    /// <summary>The distance as a part of the norm; of a row of zeros, which is exactly that, zero.</summary>
    public double Relative => Distance == 0 ? 0 : Distance / Norm;
}
