using System.Runtime.Intrinsics;

namespace Attention.Dsl;

/// <summary>Similarities of two sets of vectors, such as the texts and images of CLIP (Radford et al. 2021).</summary>
public static class Similarity
{
    /// <summary>
    /// The products of each vector on the left with each on the right, times <c>e^logScale</c>: of vectors of unit length, which a stage
    /// gives that ends with <see cref="L2NormalizeAttribute"/>, their cosines.
    /// </summary>
    /// <param name="left">The vectors that the rows of the result belong to.</param>
    /// <param name="right">The vectors that its columns belong to.</param>
    /// <param name="logScale">The logarithm of the scale, such as the model's <c>LogitScale</c>; 0 for the products as they are.</param>
    /// <param name="destination">Takes left × right numbers, row after row.</param>
    /// <exception cref="ArgumentException">The vectors are not equally wide, or the destination has not as many places.</exception>
    public static void Of(Rows left, Rows right, float logScale, Span<float> destination)
    {
        if (left.Width != right.Width)
            throw new ArgumentException($"Vectors on the left have {left.Width} channels, on the right {right.Width}; expected as many.", nameof(right));
        if (destination.Length != (long)left.Count * right.Count)
            throw new ArgumentException($"Expected {left.Count} × {right.Count} places, found {destination.Length}.", nameof(destination));
        float scale = MathF.Exp(logScale);
        for (int i = 0; i < left.Count; i++)
        {
            for (int j = 0; j < right.Count; j++)
                destination[(i * right.Count) + j] = scale * Product(left[i], right[j]);
        }
    }

    /// <inheritdoc cref="Of(Rows, Rows, float, Span{float})"/>
    /// <param name="left">The vectors that the rows of the result belong to, one behind the other.</param>
    /// <param name="right">The vectors that its columns belong to, one behind the other.</param>
    /// <param name="width">Channels of a vector.</param>
    /// <param name="logScale">The logarithm of the scale, such as the model's <c>LogitScale</c>; 0 for the products as they are.</param>
    /// <param name="destination">Takes left × right numbers, row after row.</param>
    public static void Of(ReadOnlySpan<float> left, ReadOnlySpan<float> right, int width, float logScale, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (left.Length % width != 0 || right.Length % width != 0)
            throw new ArgumentException($"{left.Length} and {right.Length} floats are no whole vectors of {width}.", nameof(width));
        Of(new Rows(left, left.Length / width, width, width), new Rows(right, right.Length / width, width, width), logScale, destination);
    }

    private static float Product(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        int lanes = Vector512<float>.Count, whole = left.Length / lanes * lanes;
        Vector512<float> sum = Vector512<float>.Zero;
        for (int i = 0; i < whole; i += lanes)
            sum = Vector512.MultiplyAddEstimate(Vector512.Create(left[i..]), Vector512.Create(right[i..]), sum);
        if (whole < left.Length)
        {
            Span<float> ends = stackalloc float[2 * lanes];
            ends.Clear();
            left[whole..].CopyTo(ends);
            right[whole..].CopyTo(ends[lanes..]);
            sum = Vector512.MultiplyAddEstimate(Vector512.Create<float>(ends), Vector512.Create<float>(ends[lanes..]), sum);
        }

        return Runtime.Lanes.Sum(sum);
    }
}
