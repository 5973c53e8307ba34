namespace Attention.Tests.Reference;

/// <summary>The standard normal distribution in double, by series where they converge fast and a continued fraction elsewhere.</summary>
internal static class NormalDistribution
{
    /// <summary>Q(t) = 1 − Φ(t), relative error below 1e-13 for t ≥ 0.</summary>
    public static double Upper(double t)
    {
        if (double.IsNaN(t))
            return double.NaN;
        if (t < 0)
            return 1 - Upper(-t);
        double density = Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI);
        if (t < 2.5)
        {
            // Φ(t) − ½ = φ(t) · (t + t³/3 + t⁵/(3·5) + …)
            double term = t, sum = t;
            for (int k = 3; term > sum * 1e-18; k += 2)
            {
                term *= t * t / k;
                sum += term;
            }

            return 0.5 - (density * sum);
        }

        // Mills' ratio as 1/(t + 1/(t + 2/(t + 3/(t + …)))).
        double fraction = 0;
        for (int k = 200; k > 0; k--)
            fraction = k / (t + fraction);
        return density / (t + fraction);
    }
}
