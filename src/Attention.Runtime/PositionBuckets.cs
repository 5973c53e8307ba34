namespace Attention.Runtime;

/// <summary>
/// Buckets of distances to both sides: He et al. 2021, "DeBERTa", as in the authors' code. Each holds a distance, or half of them do and the others ever more, up to a largest.
/// </summary>
/// <param name="count">How many buckets there are for each side.</param>
/// <param name="largest">The distance from which on all are in the last bucket of a side; null where each bucket holds a distance.</param>
internal readonly struct PositionBuckets(int count, int? largest)
{
    /// <summary>The row of the table that belongs to a distance, query − key.</summary>
    public int Of(int distance) => (int)Math.Clamp((long)count + Bucket(distance), 0, (2L * count) - 1);

    private int Bucket(int distance)
    {
        int exact = count / 2, far = Math.Abs(distance);
        if (largest is not int most || far <= exact)
            return distance;

        // Logarithms in single precision decide at the borders, as where tables are trained; rounded from double they are the same on every machine.
        float part = (float)Math.Log(far / (float)exact) / (float)Math.Log((float)((most - 1) / (double)exact));
        return Math.Sign(distance) * (int)Math.Min(MathF.Ceiling(part * (exact - 1)) + exact, count);
    }
}
