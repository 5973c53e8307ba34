using Attention.Dsl;

namespace Attention.Runtime;

/// <summary>Draws tokens as <see cref="Sampling"/> says.</summary>
internal static class Sampler
{
    /// <summary>Whether only some of the likeliest tokens may be drawn.</summary>
    public static bool Ranks(Sampling options) => options.TopK is not null || options.TopP < 1;

    /// <summary>Draws a token.</summary>
    /// <param name="options">How.</param>
    /// <param name="logits">One for each token.</param>
    /// <param name="largest">The largest of them.</param>
    /// <param name="weights">Scratch, at least as long as the logits.</param>
    /// <param name="ranks">Scratch, at least as long as the logits if the options rank tokens.</param>
    /// <param name="random">Where the draw comes from.</param>
    public static int Draw(Sampling options, ReadOnlySpan<float> logits, float largest, Span<double> weights, Span<ulong> ranks, ref SplitMix64 random)
    {
        weights = weights[..logits.Length];
        double rest = Logits.Exponentials(logits, largest, options.Temperature, weights);
        if (Ranks(options))
        {
            ranks = ranks[..logits.Length];
            for (int token = 0; token < ranks.Length; token++)
                ranks[token] = Rank(logits[token], token);
            if (options.TopK is { } count)
                rest = Keep(ref ranks, weights, count, double.PositiveInfinity);
            if (options.TopP is < 1 and { } share)
                rest = Keep(ref ranks, weights, ranks.Length, share * rest);
        }

        if (options.MinP is > 0 and { } least)
            rest = KeepLikely(weights, least);

        rest *= random.NextDouble();
        int drawn = 0;
        for (int token = 0; token < weights.Length && rest >= 0; token++)
        {
            rest -= weights[token];
            if (weights[token] > 0) // remembered for when rounding leaves a rest behind the last
                drawn = token;
        }

        return drawn;
    }

    /// <summary>Keeps the first of the ranked tokens, so many or until their weights sum up to enough, makes the other weights 0.</summary>
    /// <returns>The sum of the weights kept.</returns>
    private static double Keep(ref Span<ulong> ranks, Span<double> weights, int count, double enough)
    {
        Heap.Build(ranks);
        double sum = 0;
        int left = ranks.Length;
        for (; left > 0 && count > 0 && sum < enough; count--)
            sum += weights[Token(Heap.Take(ranks[..left--]))];
        foreach (ulong rank in ranks[..left])
            weights[Token(rank)] = 0;
        ranks = ranks[left..];
        return sum;
    }

    /// <summary>Makes weights 0 that are less than a share of the largest, which is 1.</summary>
    /// <returns>The sum of the weights kept.</returns>
    private static double KeepLikely(Span<double> weights, double least)
    {
        double sum = 0;
        foreach (ref double weight in weights)
            sum += weight = weight < least ? 0 : weight;
        return sum;
    }

    /// <summary>A number for a token that is larger for a larger logit and, for equal ones, for a lower token.</summary>
    private static ulong Rank(float logit, int token)
    {
        uint bits = BitConverter.SingleToUInt32Bits(logit + 0f); // −0 becomes 0
        uint order = (int)bits < 0 ? ~bits : bits | 0x8000_0000;
        return ((ulong)order << 32) | ~(uint)token;
    }

    private static int Token(ulong rank) => (int)~(uint)rank;
}
