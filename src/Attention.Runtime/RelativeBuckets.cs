namespace Attention.Runtime;

/// <summary>
/// Buckets of distances, each of which has one bias: Raffel et al. 2020, "Exploring the Limits of Transfer Learning", section 2.1, as in the authors' code. Half of them
/// hold a distance each, the others ever more, up to a largest.
/// </summary>
/// <param name="count">How many buckets there are; where keys behind the query count, half of them are for those.</param>
/// <param name="largest">The distance from which on all are in the last bucket.</param>
/// <param name="isCausal">Whether keys behind the query do not count.</param>
internal readonly struct RelativeBuckets(int count, int largest, bool isCausal)
{
    /// <summary>The bucket of a distance, query − key.</summary>
    public int Of(int distance)
    {
        int side = isCausal ? count : count / 2, exact = side / 2, far = isCausal ? Math.Max(distance, 0) : Math.Abs(distance), first = !isCausal && distance < 0 ? side : 0;
        if (far < exact)
            return first + far;

        // Logarithms in single precision decide at the borders, as where tables are trained; rounded from double they are the same on every machine.
        float part = (float)Math.Log(far / (float)exact) / (float)Math.Log(largest / (double)exact);
        return first + (int)Math.Min(exact + (long)(part * (side - exact)), side - 1);
    }
}
