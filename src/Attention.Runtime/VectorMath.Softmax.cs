using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Attention.Runtime;

/// <content>The softmax, a row of scores at a time.</content>
public static partial class VectorMath
{
    /// <summary>
    /// Weights of a softmax that are summed before the sum is added to that of those before: a lane's sum of thousands would
    /// round all of them to the same side.
    /// </summary>
    internal const int SoftmaxBlock = 512;

    /// <summary>
    /// Weights of a softmax: score = exp(scale · (score − largest)), with the bits of
    /// <see cref="ExpOfNonPositive(Vector512{float})"/>, and their sum, lane by lane. The terms of the exponential stay in
    /// registers; as operands in memory they would take as many cycles as the multiply-adds.
    /// </summary>
    /// <param name="scores">The scores, one behind the other.</param>
    /// <param name="count">How many, a multiple of 16.</param>
    /// <param name="largest">The largest score in each lane.</param>
    /// <param name="scale">The scale in each lane.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SoftmaxWeights(ref float scores, nuint count, Vector512<float> largest, Vector512<float> scale)
    {
        ref float terms = ref MemoryMarshal.GetReference(ExpTerms);
        Simd512 shift = Kept(ref terms, 0), log2E = Kept(ref terms, 1), high = Kept(ref terms, 2), low = Kept(ref terms, 3);
        Simd512 q4 = Kept(ref terms, 4), q3 = Kept(ref terms, 5), q2 = Kept(ref terms, 6), q1 = Kept(ref terms, 7), q0 = Kept(ref terms, 8);
        Simd512 one = Kept(ref terms, 9), bound = Kept(ref terms, 10), sum = Simd512.Create(0);
        for (nuint i = 0; i < count;)
        {
            Simd512 part = Simd512.Create(0);
            for (nuint next = nuint.Min(count, i + SoftmaxBlock); i < next; i += 16)
            {
                Simd512 x = (Simd512.Load(ref scores, i) - new Simd512(largest)) * new Simd512(scale);
                Simd512 weight = ExpOfNonPositive(x, shift, log2E, high, low, q4, q3, q2, q1, q0, one, bound);
                part += weight;
                weight.Store(ref scores, i);
            }

            sum += part;
        }

        return sum.Value;
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
    /// <param name="scale">The scale in each lane.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SoftmaxWeights(ref float scores, nuint first, nuint final, Vector512<float> atFirst, Vector512<float> atFinal, Vector512<float> largest, Vector512<float> scale)
    {
        ref float terms = ref MemoryMarshal.GetReference(ExpTerms);
        Simd512 shift = Kept(ref terms, 0), log2E = Kept(ref terms, 1), high = Kept(ref terms, 2), low = Kept(ref terms, 3);
        Simd512 q4 = Kept(ref terms, 4), q3 = Kept(ref terms, 5), q2 = Kept(ref terms, 6), q1 = Kept(ref terms, 7), q0 = Kept(ref terms, 8);
        Simd512 one = Kept(ref terms, 9), bound = Kept(ref terms, 10), sum = Simd512.Create(0);
        for (nuint i = first; i <= final;)
        {
            Simd512 part = Simd512.Create(0);
            for (nuint next = nuint.Min(final + 16, (i & ~(nuint)(SoftmaxBlock - 1)) + SoftmaxBlock); i < next; i += 16)
            {
                Simd512 x = (Simd512.Load(ref scores, i) - new Simd512(largest)) * new Simd512(scale);
                Simd512 weight = ExpOfNonPositive(x, shift, log2E, high, low, q4, q3, q2, q1, q0, one, bound);
                if (i == first)
                    weight = new(weight.Value & atFirst);
                if (i == final)
                    weight = new(weight.Value & atFinal);
                part += weight;
                weight.Store(ref scores, i);
            }

            sum += part;
        }

        return sum.Value;
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
    /// <param name="scale">The scale in each lane.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SoftmaxWeights(ref float scores, PackedMask mask, int begin, int count, int row, int keys, Vector512<float> largest, Vector512<float> scale)
    {
        ref float terms = ref MemoryMarshal.GetReference(ExpTerms);
        Simd512 shift = Kept(ref terms, 0), log2E = Kept(ref terms, 1), high = Kept(ref terms, 2), low = Kept(ref terms, 3);
        Simd512 q4 = Kept(ref terms, 4), q3 = Kept(ref terms, 5), q2 = Kept(ref terms, 6), q1 = Kept(ref terms, 7), q0 = Kept(ref terms, 8);
        Simd512 one = Kept(ref terms, 9), bound = Kept(ref terms, 10), sum = Simd512.Create(0), part = sum;
        for (int slot = 0, block = 0; slot < count; slot++)
        {
            int next = mask.Panel(begin + slot) / (SoftmaxBlock / Measures.KeyPanel);
            if (next != block)
            {
                sum += part;
                part = Simd512.Create(0);
                block = next;
            }

            uint seen = mask.Seen(begin + slot, row, keys);
            nuint at = (nuint)slot * Measures.KeyPanel;
            Simd512 x = (Simd512.Load(ref scores, at) - new Simd512(largest)) * new Simd512(scale), y = (Simd512.Load(ref scores, at + 16) - new Simd512(largest)) * new Simd512(scale);
            Simd512 first = ExpOfNonPositive(x, shift, log2E, high, low, q4, q3, q2, q1, q0, one, bound), second = ExpOfNonPositive(y, shift, log2E, high, low, q4, q3, q2, q1, q0, one, bound);
            if (seen != uint.MaxValue)
            {
                first = new(first.Value & Lanes.Bits512(seen));
                second = new(second.Value & Lanes.Bits512(seen >> 16));
            }

            part += first;
            part += second;
            first.Store(ref scores, at);
            second.Store(ref scores, at + 16);
        }

        return (sum + part).Value;
    }
}
