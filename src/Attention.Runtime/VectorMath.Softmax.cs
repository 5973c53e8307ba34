using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Attention.Runtime;

/// <content>The softmax, a row of scores at a time; rows on vectors of 512 bits only, narrower ones are spelled out by generated code.</content>
public static partial class VectorMath
{
    /// <summary>
    /// Weights of a softmax that are summed before the sum is added to that of those before: a lane's sum of thousands would
    /// round all of them to the same side.
    /// </summary>
    internal const int SoftmaxBlock = 512;

    /// <summary>Added to a number and taken away, rounds it to a multiple of ⅛: 1.5·2²⁰.</summary>
    internal const float ShiftOfEighths = 1572864f;

    /// <summary>q of 2ʳ = 1 + r·q(r) for |r| ≤ 1/16, minimax for the relative error (2.7e-8).</summary>
    private const float Power2 = 0.055496223f, Power1 = 0.24025764f, Power0 = 0.69314724f;

    /// <summary>Between the multiples of ⅛ whose negative powers are normal numbers, with all around them, and 126, from which on they are not.</summary>
    private const float MostHalvings = 125.9375f;

    private static ReadOnlySpan<float> PowerTerms => [ShiftOfEighths, Power2, Power1, Power0, MostHalvings];

    /// <summary>
    /// Weight of a softmax, 2^(score · scale), within 1.3 units in the last place of the exact power of the product; 0 where that is near 2⁻¹²⁶ or below, NaN for NaN.
    /// </summary>
    /// <param name="score">The score less the largest one, so not above 0.</param>
    /// <param name="scale">What scores are multiplied by, times log₂e.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SoftmaxWeight(Vector512<float> score, Vector512<float> scale) => SoftmaxWeight(new Simd512(score), new Simd512(scale)).Value;

    /// <inheritdoc cref="SoftmaxWeight(Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> SoftmaxWeight(Vector256<float> score, Vector256<float> scale) => SoftmaxWeight(new Simd256(score), new Simd256(scale)).Value;

    /// <inheritdoc cref="SoftmaxWeight(Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SoftmaxWeight<TArithmetic>(Vector128<float> score, Vector128<float> scale)
        where TArithmetic : struct, IArithmetic =>
        SoftmaxWeight(new Simd128<TArithmetic>(score), new Simd128<TArithmetic>(scale)).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T SoftmaxWeight<T>(T score, T scale)
        where T : struct, ISimd<T> =>
        SoftmaxWeight(score, scale, T.Powers, T.Create(ShiftOfEighths), T.Create(Power2), T.Create(Power1), T.Create(Power0), T.Create(MostHalvings));

    /// <summary>
    /// The product is n + r, n a multiple of ⅛ that comes out of the low bits of a sum with 1.5·2²⁰, and r exact where multiply-adds are fused. 2ⁿ is one of
    /// eight powers with n's whole part in its exponent, 2ʳ = 1 + r·q(r). Each step waits for few others: what limits an exponential here is how many
    /// waiting instructions a core holds, so one whose polynomial is longer takes nearly twice as long.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T SoftmaxWeight<T>(T score, T scale, T powers, T shift, T q2, T q1, T q0, T most)
        where T : struct, ISimd<T>
    {
        T shifted = T.MultiplyAdd(score, scale, shift);
        T halvings = shift - shifted;
        T r = T.MultiplyAdd(score, scale, halvings);
        T power = T.PowerOfTwo(shifted, powers);
        T q = T.MultiplyAdd(T.MultiplyAdd(q2, r, q1), r, q0);
        return T.ReplaceAbove(T.MultiplyAdd(power * r, q, power), T.Create(0), halvings, most);
    }

    /// <summary>
    /// Weights of a softmax, with the bits of <see cref="SoftmaxWeight(Vector512{float}, Vector512{float})"/>, and their sum, lane by lane. The terms of the power stay in
    /// registers; as operands in memory they would take as many cycles as the multiply-adds.
    /// </summary>
    /// <param name="scores">The scores, one behind the other.</param>
    /// <param name="count">How many, a multiple of 16.</param>
    /// <param name="largest">The largest score in each lane.</param>
    /// <param name="scale">What scores are multiplied by, times log₂e.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SoftmaxWeights(ref float scores, nuint count, Vector512<float> largest, Vector512<float> scale)
    {
        ref float terms = ref MemoryMarshal.GetReference(PowerTerms);
        Simd512 shift = Kept(ref terms, 0), q2 = Kept(ref terms, 1), q1 = Kept(ref terms, 2), q0 = Kept(ref terms, 3), most = Kept(ref terms, 4);
        Simd512 powers = Simd512.Powers, factor = new(scale);
        Vector512<float> sum = Vector512<float>.Zero;
        for (nuint i = 0; i < count;)
        {
            Vector512<float> part = Vector512<float>.Zero;
            for (nuint next = nuint.Min(count, i + SoftmaxBlock); i < next; i += 16)
            {
                Vector512<float> weight = SoftmaxWeight(new Simd512(Vector512.LoadUnsafe(ref scores, i) - largest), factor, powers, shift, q2, q1, q0, most).Value;
                part += weight;
                weight.StoreUnsafe(ref scores, i);
            }

            sum += part;
        }

        return sum;
    }

    /// <summary>The largest of some scores, lane by lane: four at a time, since one after the other each would wait for the one before.</summary>
    /// <param name="scores">The scores, one behind the other.</param>
    /// <param name="first">The first, a multiple of 16.</param>
    /// <param name="end">The one behind the last, a multiple of 16.</param>
    /// <param name="largest">What is not less than the result, in each lane.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Largest(ref float scores, nuint first, nuint end, Vector512<float> largest)
    {
        Vector512<float> second = largest, third = largest, fourth = largest;
        nuint i = first;
        for (; i + 64 <= end; i += 64)
        {
            largest = Vector512.MaxNative(largest, Vector512.LoadUnsafe(ref scores, i));
            second = Vector512.MaxNative(second, Vector512.LoadUnsafe(ref scores, i + 16));
            third = Vector512.MaxNative(third, Vector512.LoadUnsafe(ref scores, i + 32));
            fourth = Vector512.MaxNative(fourth, Vector512.LoadUnsafe(ref scores, i + 48));
        }

        for (; i < end; i += 16)
            largest = Vector512.MaxNative(largest, Vector512.LoadUnsafe(ref scores, i));
        return Vector512.MaxNative(Vector512.MaxNative(largest, second), Vector512.MaxNative(third, fourth));
    }

    /// <summary>
    /// The weights of a softmax between two groups of 16, of which the first and the last are seen in part: what is not seen becomes zero. Blocks of the sum begin
    /// where they would if the first score were among them.
    /// </summary>
    /// <param name="scores">The scores, one behind the other.</param>
    /// <param name="first">The first group.</param>
    /// <param name="final">The last group, which may be the first.</param>
    /// <param name="atFirst">What is seen of the first group.</param>
    /// <param name="atFinal">What is seen of the last group.</param>
    /// <param name="largest">The largest score in each lane.</param>
    /// <param name="scale">What scores are multiplied by, times log₂e.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SoftmaxWeights(ref float scores, nuint first, nuint final, Vector512<float> atFirst, Vector512<float> atFinal, Vector512<float> largest, Vector512<float> scale)
    {
        ref float terms = ref MemoryMarshal.GetReference(PowerTerms);
        Simd512 shift = Kept(ref terms, 0), q2 = Kept(ref terms, 1), q1 = Kept(ref terms, 2), q0 = Kept(ref terms, 3), most = Kept(ref terms, 4);
        Simd512 powers = Simd512.Powers, factor = new(scale);
        Vector512<float> sum = Vector512<float>.Zero;
        for (nuint i = first; i <= final;)
        {
            Vector512<float> part = Vector512<float>.Zero;
            for (nuint next = nuint.Min(final + 16, (i & ~(nuint)(SoftmaxBlock - 1)) + SoftmaxBlock); i < next; i += 16)
            {
                Vector512<float> weight = SoftmaxWeight(new Simd512(Vector512.LoadUnsafe(ref scores, i) - largest), factor, powers, shift, q2, q1, q0, most).Value;
                if (i == first)
                    weight &= atFirst;
                if (i == final)
                    weight &= atFinal;
                part += weight;
                weight.StoreUnsafe(ref scores, i);
            }

            sum += part;
        }

        return sum;
    }

    /// <summary>The largest of what a row sees of the panels of 32 scores that a mask lists, lane by lane.</summary>
    /// <param name="scores">The scores, panel by panel.</param>
    /// <param name="mask">What rows see.</param>
    /// <param name="begin">The mask's first entry.</param>
    /// <param name="count">How many entries.</param>
    /// <param name="row">The row.</param>
    /// <param name="keys">How many keys there are.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Largest(ref float scores, PackedMask mask, int begin, int count, int row, int keys)
    {
        Vector512<float> none = Vector512.Create(float.NegativeInfinity), first = none, second = none;
        for (int slot = 0; slot < count; slot++)
        {
            uint seen = mask.Seen(begin + slot, row, keys);
            nuint at = (nuint)slot * Measures.KeyPanel;
            Vector512<float> a = Vector512.LoadUnsafe(ref scores, at), b = Vector512.LoadUnsafe(ref scores, at + 16);
            if (seen != uint.MaxValue)
            {
                a = Vector512.ConditionalSelect(Lanes.Bits512(seen), a, none);
                b = Vector512.ConditionalSelect(Lanes.Bits512(seen >> 16), b, none);
            }

            first = Vector512.MaxNative(first, a);
            second = Vector512.MaxNative(second, b);
        }

        return Vector512.MaxNative(first, second);
    }

    /// <summary>
    /// The weights of a softmax of the panels of 32 scores that a mask lists, zero where the row does not see the key. Blocks of the sum begin where
    /// they would if every panel were among them.
    /// </summary>
    /// <param name="scores">The scores, panel by panel.</param>
    /// <param name="mask">What rows see.</param>
    /// <param name="begin">The mask's first entry.</param>
    /// <param name="count">How many entries.</param>
    /// <param name="row">The row.</param>
    /// <param name="keys">How many keys there are.</param>
    /// <param name="largest">The largest score in each lane.</param>
    /// <param name="scale">What scores are multiplied by, times log₂e.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SoftmaxWeights(ref float scores, PackedMask mask, int begin, int count, int row, int keys, Vector512<float> largest, Vector512<float> scale)
    {
        ref float terms = ref MemoryMarshal.GetReference(PowerTerms);
        Simd512 shift = Kept(ref terms, 0), q2 = Kept(ref terms, 1), q1 = Kept(ref terms, 2), q0 = Kept(ref terms, 3), most = Kept(ref terms, 4);
        Simd512 powers = Simd512.Powers, factor = new(scale);
        Vector512<float> sum = Vector512<float>.Zero, part = sum;
        for (int slot = 0, block = 0; slot < count; slot++)
        {
            int next = mask.Panel(begin + slot) / (SoftmaxBlock / Measures.KeyPanel);
            if (next != block)
            {
                sum += part;
                part = Vector512<float>.Zero;
                block = next;
            }

            uint seen = mask.Seen(begin + slot, row, keys);
            nuint at = (nuint)slot * Measures.KeyPanel;
            Vector512<float> first = SoftmaxWeight(new Simd512(Vector512.LoadUnsafe(ref scores, at) - largest), factor, powers, shift, q2, q1, q0, most).Value;
            Vector512<float> second = SoftmaxWeight(new Simd512(Vector512.LoadUnsafe(ref scores, at + 16) - largest), factor, powers, shift, q2, q1, q0, most).Value;
            if (seen != uint.MaxValue)
            {
                first &= Lanes.Bits512(seen);
                second &= Lanes.Bits512(seen >> 16);
            }

            part += first;
            part += second;
            first.StoreUnsafe(ref scores, at);
            second.StoreUnsafe(ref scores, at + 16);
        }

        return sum + part;
    }
}
