using System.Runtime.InteropServices;
using Attention.Dsl;
using Attention.Runtime;
using Xunit;

namespace Attention.Tests.Runtime;

/// <summary>Products packed as bfloat16 and int8.</summary>
public sealed class WeightFormatTests
{
    private static SafeTensors Checkpoint(params IEnumerable<(string Name, int[] Shape, float[] Values)> tensors) =>
        SafeTensors.Read(new MemoryStream(SafeTensorsTests.FileOf(tensors)));

    private static SafeTensors Checkpoint(float[] weights, int columns, int inputs) => Checkpoint(
        ("w", [columns, inputs], weights),
        ("t", [inputs, columns], [.. Enumerable.Range(0, columns * inputs).Select(i => weights[(i % columns * inputs) + (i / columns)])]));

    private static float[] Random(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * MathF.Pow(2, random.Next(-6, 7)))];
    }

    public static TheoryData<int, int, PanelWidths> Shapes => new()
    {
        { 1, 1, new(16, 1, 0) },
        { 3, 17, new(16, 2, 0) },
        { 33, 128, new(48, 2, 32) },
        { 17, 97, new(48, 2, 32) },
        { 47, 55, new(5, 3, 7) },
        { 7, 13, new(3, 5, 0) },
        { 31, 100, new(0, 0, 24) },
        { 130, 87, new(48, 1, 16) },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_product_of_bfloat16_keeps_the_layout_of_elements(int inputs, int columns, PanelWidths panels)
    {
        float[] weights = Random(inputs * columns, seed: inputs);
        using SafeTensors source = Checkpoint(weights, columns, inputs);
        ushort[] expected = Packed(inputs, columns, panels, (c, k) => NearestBFloat16(weights[(c * inputs) + k]));
        foreach (bool isTransposed in new[] { false, true })
        {
            WeightPacker packer = PackInPieces(source, inputs, columns, panels, WeightFormat.BFloat16, isTransposed, expected.Length * sizeof(ushort));
            AssertPacked(expected, packer);
            AssertZero(packer.Memory.Span[^columns..]);
            float[] row = new float[(inputs + 15) / 16 * 16];
            for (int column = 0; column < columns; column++)
            {
                PanelRow.Copy(ref packer.Memory.Span[Offset], column, panels, inputs, WeightFormat.BFloat16, ref row[0]);
                Assert.Equal(weights.AsSpan(column * inputs, inputs).ToArray().Select(weight => BitConverter.UInt32BitsToSingle((uint)NearestBFloat16(weight) << 16)), row[..inputs]);
                AssertZero(row.AsSpan(inputs));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_product_of_int8_has_a_scale_for_each_column(int inputs, int columns, PanelWidths panels)
    {
        float[] weights = Random(inputs * columns, seed: columns);
        using SafeTensors source = Checkpoint(weights, columns, inputs);
        float[] scales = [.. Enumerable.Range(0, columns).Select(c => weights.Skip(c * inputs).Take(inputs).Max(MathF.Abs) / 127)];
        sbyte[] expected = Packed(inputs, columns, panels, (c, k) => (sbyte)MathF.Round(weights[(c * inputs) + k] / scales[c], MidpointRounding.ToEven));
        Assert.Contains(expected, q => Math.Abs((int)q) == 127);
        foreach (bool isTransposed in new[] { false, true })
        {
            WeightPacker packer = PackInPieces(source, inputs, columns, panels, WeightFormat.Int8, isTransposed, expected.Length);
            AssertPacked(expected, packer);
            Assert.Equal(scales, packer.Memory.Span[^columns..].ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Float32_packs_the_same_from_both_forms(int inputs, int columns, PanelWidths panels)
    {
        float[] weights = Random(inputs * columns, seed: 9);
        using SafeTensors source = Checkpoint(weights, columns, inputs);
        float[] expected = Packed(inputs, columns, panels, (c, k) => weights[(c * inputs) + k]);
        AssertPacked(expected, PackInPieces(source, inputs, columns, panels, WeightFormat.Float32, isTransposed: false, expected.Length * sizeof(float)));
        AssertPacked(expected, PackInPieces(source, inputs, columns, panels, WeightFormat.Float32, isTransposed: true, expected.Length * sizeof(float)));
    }

    private const int Offset = 5;

    /// <summary>Packs three ranges of columns, the last one first, as fused projections are; the scales lie at the memory's end.</summary>
    private static WeightPacker PackInPieces(SafeTensors source, int inputs, int columns, PanelWidths panels, WeightFormat format, bool isTransposed, int bytes)
    {
        int scales = Offset + ((bytes + sizeof(float) - 1) / sizeof(float));
        WeightPacker packer = new(source, scales + columns);
        int[] cuts = [0, columns / 3, (columns * 3 / 4) + 1, columns];
        for (int i = cuts.Length - 2; i >= 0; i--)
        {
            if (isTransposed)
                packer.ProductOfTransposed("t", columns, inputs, cuts[i], cuts[i + 1] - cuts[i], Offset, cuts[i], panels, format, scales);
            else
                packer.Product("w", columns, inputs, cuts[i], cuts[i + 1] - cuts[i], Offset, cuts[i], panels, format, scales);
        }

        return packer;
    }

    /// <summary>The definition of the packed form, element by element.</summary>
    private static T[] Packed<T>(int inputs, int columns, PanelWidths panels, Func<int, int, T> element)
    {
        List<T> packed = [];
        for (int start = 0, panel = 0, width; start < columns; start += width, panel++)
        {
            width = panel < panels.FirstCount ? panels.First : panels.Rest;
            for (int k = 0; k < inputs; k++)
                packed.AddRange(Enumerable.Range(start, width).Select(c => c < columns ? element(c, k) : default!));
        }

        return [.. packed];
    }

    private static void AssertPacked<T>(T[] expected, WeightPacker packer)
        where T : unmanaged
    {
        AssertZero(packer.Memory.Span[..Offset]);
        Assert.Equal(expected, MemoryMarshal.Cast<float, T>(packer.Memory.Span[Offset..])[..expected.Length].ToArray());
    }

    private static void AssertZero(ReadOnlySpan<float> floats) => Assert.False(floats.ContainsAnyExcept(0f));

    /// <summary>Of the two neighbours, by distance in float64; of equal ones the even. For what is far from overflow.</summary>
    private static ushort NearestBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000;
        double below = BitConverter.UInt32BitsToSingle(bits), above = BitConverter.UInt32BitsToSingle(bits + 0x10000);
        double toBelow = Math.Abs(value - below), toAbove = Math.Abs(above - value);
        ushort lower = (ushort)(bits >> 16);
        return toBelow < toAbove || (toBelow == toAbove && lower % 2 == 0) ? lower : (ushort)(lower + 1);
    }

    [Theory]
    [InlineData(0x00000000u, 0x0000)]
    [InlineData(0x80000000u, 0x8000)]
    [InlineData(0x3F800000u, 0x3F80)] // 1
    [InlineData(0x3F807FFFu, 0x3F80)] // just below a half
    [InlineData(0x3F808000u, 0x3F80)] // a half, to even below
    [InlineData(0x3F808001u, 0x3F81)] // just above
    [InlineData(0x3F818000u, 0x3F82)] // a half, to even above
    [InlineData(0xBF818000u, 0xBF82)]
    [InlineData(0xBF808000u, 0xBF80)]
    [InlineData(0x3FFF8000u, 0x4000)] // into the next binade
    [InlineData(0x00000001u, 0x0000)] // the least subnormal
    [InlineData(0x00008000u, 0x0000)]
    [InlineData(0x00008001u, 0x0001)]
    [InlineData(0x80018000u, 0x8002)]
    [InlineData(0x007FFFFFu, 0x0080)] // the largest subnormal becomes the least normal
    [InlineData(0x7F7F7FFFu, 0x7F7F)] // the last that does not overflow
    [InlineData(0x7F7F8000u, 0x7F80)] // a half between the largest and 2¹²⁸
    [InlineData(0x7F7FFFFFu, 0x7F80)] // the largest float
    [InlineData(0xFF7FFFFFu, 0xFF80)]
    [InlineData(0x7F800000u, 0x7F80)]
    [InlineData(0xFF800000u, 0xFF80)]
    [InlineData(0x7FC00000u, 0x7FC0)]
    [InlineData(0x7F800001u, 0x7FC0)] // NaN by its lower half alone
    [InlineData(0xFF80FFFFu, 0xFFC0)]
    [InlineData(0x7FD5AAAAu, 0x7FD5)] // the upper payload stays
    [InlineData(0xFFFFFFFFu, 0xFFFF)]
    public void BFloat16_is_the_nearest_and_even_of_two(uint value, ushort expected)
    {
        using SafeTensors source = Checkpoint([BitConverter.UInt32BitsToSingle(value)], 1, 1);
        WeightPacker straight = new(source, 8), transposed = new(source, 8);
        straight.Product("w", 1, 1, 0, 1, 0, 0, new PanelWidths(16, 1, 0), WeightFormat.BFloat16);
        transposed.ProductOfTransposed("t", 1, 1, 0, 1, 0, 0, new PanelWidths(16, 1, 0), WeightFormat.BFloat16);
        Assert.Equal(expected, MemoryMarshal.Cast<float, ushort>(straight.Memory.Span)[0]);
        Assert.Equal(expected, MemoryMarshal.Cast<float, ushort>(transposed.Memory.Span)[0]);
    }

    [Fact]
    public void BFloat16_of_a_checkpoint_of_bfloat16_is_exact()
    {
        float[] weights = [.. Enumerable.Range(0, 1 << 16).Select(i => BitConverter.UInt32BitsToSingle((uint)i << 16)).Where(value => !float.IsNaN(value))];
        using SafeTensors source = Checkpoint(("w", [1, weights.Length], weights));
        WeightPacker packer = new(source, (weights.Length + 1) / 2);
        packer.Product("w", 1, weights.Length, 0, 1, 0, 0, new PanelWidths(1, 1, 0), WeightFormat.BFloat16);
        Assert.Equal(
            weights.Select(BitConverter.SingleToUInt32Bits),
            MemoryMarshal.Cast<float, ushort>(packer.Memory.Span)[..weights.Length].ToArray().Select(stored => (uint)stored << 16));
    }

    [Theory]
    [InlineData(new float[] { 0, 0, -0f }, 0, new sbyte[] { 0, 0, 0 })]
    [InlineData(new float[] { 127, -127, 1, -1, 0 }, 1, new sbyte[] { 127, -127, 1, -1, 0 })]
    [InlineData(new float[] { -127, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 126.5f }, 1, new sbyte[] { -127, 0, 2, 2, 0, -2, 126 })]
    [InlineData(new float[] { 0.25f, -254 }, 2, new sbyte[] { 0, -127 })]
    [InlineData(new float[] { -7 }, 7f / 127, new sbyte[] { -127 })]
    [InlineData(new float[] { float.MaxValue, float.MinValue, 0 }, float.MaxValue / 127, new sbyte[] { 127, -127, 0 })]
    [InlineData(new float[] { float.Epsilon, -float.Epsilon }, 0, new sbyte[] { 0, 0 })] // a scale too small for any float
    [InlineData(new float[] { 100 * float.Epsilon, -180 * float.Epsilon }, float.Epsilon, new sbyte[] { 100, -127 })] // 180/127 rounds to 1
    public void Int8_is_the_nearest_number_of_scales(float[] weights, float scale, sbyte[] expected)
    {
        using SafeTensors source = Checkpoint(weights, 1, weights.Length);
        foreach (bool isTransposed in new[] { false, true })
        {
            WeightPacker packer = PackInPieces(source, weights.Length, 1, new PanelWidths(1, 1, 0), WeightFormat.Int8, isTransposed, expected.Length);
            AssertPacked(expected, packer);
            Assert.Equal(scale, packer.Memory.Span[^1]);
        }
    }

    [Theory]
    [InlineData(WeightFormat.Float32, float.NaN, "finite values")]
    [InlineData(WeightFormat.Float32, float.NegativeInfinity, "finite values")]
    [InlineData(WeightFormat.Float32, float.MaxValue, null)]
    [InlineData(WeightFormat.BFloat16, float.NaN, "finite values")]
    [InlineData(WeightFormat.BFloat16, float.PositiveInfinity, "finite values")]
    [InlineData(WeightFormat.BFloat16, float.MinValue, "values that bfloat16 can hold")]
    [InlineData(WeightFormat.BFloat16, 3.3961774e38f, null)] // the last that rounds down, to the largest bfloat16
    [InlineData(WeightFormat.BFloat16, 3.3961776e38f, "values that bfloat16 can hold")]
    [InlineData(WeightFormat.Int8, float.NaN, "finite values")]
    [InlineData(WeightFormat.Int8, float.PositiveInfinity, "finite values")]
    [InlineData(WeightFormat.Int8, float.NegativeInfinity, "finite values")]
    [InlineData(WeightFormat.Int8, float.MaxValue, null)]
    public void Weights_that_a_format_cannot_hold_are_refused_by_tensor_and_place(WeightFormat format, float weight, string? expected)
    {
        // Outputs 2 to 19 are packed, in pieces; the others may hold what they like.
        foreach ((int output, bool isPacked) in new[] { (0, false), (1, false), (2, true), (15, true), (18, true), (19, true) })
        {
            float[] weights = Random(20 * 3, seed: 1);
            weights[(output * 3) + 1] = weight;
            weights[(output * 3) + 2] = weight;
            using SafeTensors source = Checkpoint(weights, 20, 3);
            PanelWidths panels = new(16, 2, 0);
            WeightPacker packer = new(source, 128);
            packer.Product("w", 20, 3, 2, 18, 0, 5, panels, format, 96);
            packer.ProductOfTransposed("t", 20, 3, 2, 18, 0, 5, panels, format, 96);
            if (expected is null || !isPacked)
            {
                packer.Complete([], [], []);
                continue;
            }

            string found = weight.ToString(System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(
                [$"tensor 'w': expected {expected}, found {found} at [{output}, 1], the first of 2 such values", $"tensor 't': expected {expected}, found {found} at [1, {output}], the first of 2 such values"],
                Assert.Throws<WeightsException>(() => packer.Complete([], [], [])).Misfits);
        }
    }

    [Fact]
    public void Nothing_is_written_outside_the_memory_nor_read_outside_the_tensor()
    {
        using SafeTensors source = Checkpoint(Random(16 * 4, seed: 2), 16, 4);
        WeightPacker packer = new(source, 32);
        PanelWidths panels = new(16, 1, 0);
        packer.Product("w", 16, 4, 0, 16, 0, 0, panels, WeightFormat.BFloat16); // all 32 floats
        packer.Product("w", 16, 4, 0, 16, 0, 0, panels, WeightFormat.Int8, 16); // 16, then 16 scales

        Outside(WeightFormat.BFloat16, offset: 1);
        Outside(WeightFormat.BFloat16, offset: -1);
        Outside(WeightFormat.BFloat16, first: 1);
        Outside(WeightFormat.BFloat16, first: -1);
        Outside(WeightFormat.BFloat16, column: 1);
        Outside(WeightFormat.BFloat16, column: -1);
        Outside(WeightFormat.Int8, offset: 17);
        Outside(WeightFormat.Int8, scales: 17);
        Outside(WeightFormat.Int8, scales: -1);
        Outside((WeightFormat)7);
        Outside((WeightFormat)(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => packer.Product("w", 16, 4, 0, 16, int.MaxValue, 16, new PanelWidths(0, 0, 16), WeightFormat.Int8, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => packer.Product("w", 16, 4, 0, 16, 0, 16, new PanelWidths(16, 2, 0), WeightFormat.Int8, long.MaxValue));

        void Outside(WeightFormat format, int first = 0, int offset = 0, int column = 0, int scales = 16)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => packer.Product("w", 16, 4, first, 16, offset, column, panels, format, scales));
            Assert.Throws<ArgumentOutOfRangeException>(() => packer.ProductOfTransposed("t", 16, 4, first, 16, offset, column, panels, format, scales));
        }
    }
}
