using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Attention.Dsl;
using Attention.Runtime;
using Xunit;

namespace Attention.Tests.Runtime;

public sealed class WideningTests
{
    /// <summary>All values there are, then all again from the second on.</summary>
    private static (PinnedMemory Packed, float[] Expected) All<T>(int count, Func<int, T> element, Func<int, float> value)
        where T : unmanaged
    {
        PinnedMemory packed = new(count);
        Span<T> elements = MemoryMarshal.Cast<float, T>(packed.Span);
        for (int i = 0; i < 2 * count; i++)
            elements[i] = element((i + (i / count)) % count);
        return (packed, [.. Enumerable.Range(0, 2 * count).Select(i => value((i + (i / count)) % count))]);
    }

    private static (PinnedMemory Packed, float[] Expected) BFloat16 => All(1 << 16, i => (ushort)i, i => BitConverter.UInt32BitsToSingle((uint)i << 16));

    private static (PinnedMemory Packed, float[] Expected) Int8 => All(1 << 8, i => (sbyte)i, i => (sbyte)i);

    [Fact]
    public void Every_bfloat16_is_exact_at_every_width()
    {
        (PinnedMemory packed, float[] expected) = BFloat16;
        AssertAll(expected, 16, i => Lanes(Widening.BFloat16To512(ref packed.Start, i)));
        AssertAll(expected, 8, i => Lanes(Widening.BFloat16To256(ref packed.Start, i)));
        AssertAll(expected, 4, i => Lanes(Widening.BFloat16To128(ref packed.Start, i)));
    }

    [Fact]
    public void Every_int8_is_exact_at_every_width()
    {
        (PinnedMemory packed, float[] expected) = Int8;
        AssertAll(expected, 16, i => Lanes(Widening.Int8To512(ref packed.Start, i)));
        AssertAll(expected, 8, i => Lanes(Widening.Int8To256(ref packed.Start, i)));
        AssertAll(expected, 4, i => Lanes(Widening.Int8To128(ref packed.Start, i)));
    }

    private static float[] Lanes(Vector512<float> vector) => [.. Lanes(vector.GetLower()), .. Lanes(vector.GetUpper())];

    private static float[] Lanes(Vector256<float> vector) => [.. Lanes(vector.GetLower()), .. Lanes(vector.GetUpper())];

    private static float[] Lanes(Vector128<float> vector) => [vector[0], vector[1], vector[2], vector[3]];

    /// <summary>From all multiples of a width, and from odd elements.</summary>
    private static void AssertAll(float[] expected, int width, Func<nint, float[]> widen)
    {
        for (int i = 0; i + width <= expected.Length; i += width)
            AssertSame(expected.AsSpan(i, width), widen(i));
        for (int i = 1; i + width <= Math.Min(expected.Length, 512); i += 2)
            AssertSame(expected.AsSpan(i, width), widen(i));
    }

    /// <summary>To the bit, so that NaNs and zeros are told apart.</summary>
    private static void AssertSame(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual) =>
        Assert.True(MemoryMarshal.Cast<float, uint>(expected).SequenceEqual(MemoryMarshal.Cast<float, uint>(actual)));

    [Theory]
    [InlineData(WeightFormat.BFloat16)]
    [InlineData(WeightFormat.Int8)]
    public void A_panel_is_widened_from_anywhere_and_nothing_else_written(WeightFormat format)
    {
        (PinnedMemory packed, float[] expected) = format == WeightFormat.BFloat16 ? BFloat16 : Int8;
        foreach ((int element, int count) in new[] { (0, expected.Length), (0, 0), (0, 16), (48, 96), (5, 32), (expected.Length - 16, 16) })
        {
            float[] destination = new float[count + 2];
            Array.Fill(destination, 7);
            Widening.Panel(format, ref packed.Start, element, ref destination[1], count);
            AssertSame(expected.AsSpan(element, count), destination.AsSpan(1, count));
            Assert.Equal([7, 7], [destination[0], destination[^1]]);
        }
    }
}
