using System.Runtime.Intrinsics;

namespace Attention.Runtime;

/// <summary>What greedy search, sampling and beam search compute of a row of logits.</summary>
internal static class Logits
{
    /// <summary>Whether a token is impossible: its logit is −∞, or the least number there is, by which decoders forbid tokens.</summary>
    public static bool IsVetoed(float logit) => logit <= float.MinValue;

    /// <summary>The index of the largest logit, the first of equal ones; −1 if all are vetoed.</summary>
    /// <param name="logits">A row.</param>
    /// <param name="position">The position of the token that they are for, to be named in messages.</param>
    /// <exception cref="InvalidOperationException">A logit is NaN or +∞.</exception>
    public static int Largest(ReadOnlySpan<float> logits, int position)
    {
        int index = -1;
        float largest = float.MinValue;
        for (int i = 0; i < logits.Length; i++)
        {
            if (logits[i] <= largest)
                continue;
            if (!float.IsFinite(logits[i]))
                throw new InvalidOperationException($"The logit of token {i} for position {position} is {logits[i]}; expected finite numbers, or negative infinity for vetoed tokens.");
            (index, largest) = (i, logits[i]);
        }

        return index;
    }

    /// <summary>What there is to say where <see cref="Largest"/> finds none.</summary>
    public static InvalidOperationException NoneLeft(int position) =>
        new($"Every token is vetoed for position {position}: all logits are negative infinity, or of tokens that cannot follow.");

    /// <summary>The logarithms of the probabilities; of vetoed tokens −∞.</summary>
    /// <exception cref="InvalidOperationException">A logit is NaN or +∞.</exception>
    public static void LogSoftmax(ReadOnlySpan<float> logits, int position, Span<double> exponentials, Span<float> result)
    {
        int largest = Largest(logits, position);
        double shift = largest < 0 ? 0 : logits[largest], logSum = largest < 0 ? 0 : Math.Log(Exponentials(logits, logits[largest], 1, exponentials));
        for (int token = 0; token < logits.Length; token++)
            result[token] = IsVetoed(logits[token]) ? float.NegativeInfinity : (float)(logits[token] - shift - logSum);
    }

    /// <summary>
    /// e^((logit − largest) / temperature) for each logit, and their sum. The same bits on every machine: sums and products are
    /// never fused, four sums run side by side whatever the vectors' width.
    /// </summary>
    public static double Exponentials(ReadOnlySpan<float> logits, float largest, double temperature, Span<double> result)
    {
        Vector256<double> shift = Vector256.Create((double)largest), scale = Vector256.Create(temperature), sums = default;
        int i = 0;
        for (; i <= logits.Length - 4; i += 4)
        {
            (Vector128<double> lower, Vector128<double> upper) = Vector128.Widen(Vector128.Create(logits[i..]));
            Vector256<double> terms = Exp((Vetoed(Vector256.Create(lower, upper)) - shift) / scale);
            terms.CopyTo(result[i..]);
            sums += terms;
        }

        double sum = sums[0] + sums[1] + sums[2] + sums[3];
        for (; i < logits.Length; i++)
        {
            result[i] = Exp((Vetoed(Vector256.Create((double)logits[i])) - shift) / scale)[0];
            sum += result[i];
        }

        return sum;
    }

    /// <summary>Logits of which those of vetoed tokens are −∞, so that no temperature makes them likely.</summary>
    private static Vector256<double> Vetoed(Vector256<double> logits) =>
        Vector256.ConditionalSelect(Vector256.LessThanOrEqual(logits, Vector256.Create((double)float.MinValue)), Vector256.Create(double.NegativeInfinity), logits);

    /// <summary>
    /// eˣ for x ≤ 0 within 1 ulp, and 0 below −708. x = n·ln 2 + r with |r| ≤ ln 2 / 2, ln 2 in two parts (Cody and Waite 1980);
    /// eʳ by the first 14 terms of its series, the rest of which is below 2⁻⁵⁷. n comes out of the low bits of a sum with
    /// 1.5·2⁵² and goes into the exponent as it is.
    /// </summary>
    internal static Vector256<double> Exp(Vector256<double> x)
    {
        Vector256<double> shift = Vector256.Create(6755399441055744.0);
        Vector256<double> shifted = (x * 1.4426950408889634) + shift;
        Vector256<double> n = shifted - shift;
        Vector256<double> r = x - (n * 6.93147180369123816490e-01) - (n * 1.90821492927058770002e-10);
        Vector256<double> p = Vector256.Create(1 / 6227020800.0);
        p = (p * r) + Vector256.Create(1 / 479001600.0);
        p = (p * r) + Vector256.Create(1 / 39916800.0);
        p = (p * r) + Vector256.Create(1 / 3628800.0);
        p = (p * r) + Vector256.Create(1 / 362880.0);
        p = (p * r) + Vector256.Create(1 / 40320.0);
        p = (p * r) + Vector256.Create(1 / 5040.0);
        p = (p * r) + Vector256.Create(1 / 720.0);
        p = (p * r) + Vector256.Create(1 / 120.0);
        p = (p * r) + Vector256.Create(1 / 24.0);
        p = (p * r) + Vector256.Create(1 / 6.0);
        p = (p * r) + Vector256.Create(1 / 2.0);
        p = (p * r) + Vector256<double>.One;
        p = (p * r) + Vector256<double>.One;
        Vector256<double> result = (p.AsInt64() + (shifted.AsInt64() << 52)).AsDouble();
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(-708.0)), Vector256<double>.Zero, result);
    }
}
