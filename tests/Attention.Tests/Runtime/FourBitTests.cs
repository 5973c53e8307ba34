using System.Runtime.InteropServices;
using Attention.Dsl;
using Attention.Runtime;
using Xunit;

namespace Attention.Tests.Runtime;

/// <summary>Products packed in four bits: read back number by number, they are the weights of their groups.</summary>
public sealed class FourBitTests
{
    private const int Offset = 16;

    private static readonly int[] s_inputs = [1, 31, 32, 33, 64, 96, 200];

    private static readonly PanelWidths[] s_panels = [new(32, 1, 16), new(8, 9, 0)];

    public static TheoryData<int, bool> Cases => [.. s_inputs.SelectMany(inputs => new[] { false, true }.Select(hasMinimum => (inputs, hasMinimum)))];

    /// <summary>Weights that blocks of GGUF have already rounded: there the one of greatest magnitude is −8 scales.</summary>
    [Theory]
    [InlineData(32, 1f)]
    [InlineData(96, 1f / 1024)]
    [InlineData(256, 1048576f)]
    public void Weights_that_were_rounded_before_stay_as_they_are(int inputs, float size)
    {
        var random = new Random(inputs);
        float[] weights = [.. Enumerable.Range(0, 37 * inputs / 32).SelectMany(_ =>
        {
            float scale = (float)(Half)((random.NextSingle() - 0.5f) * 0.1f), first = random.Next(32);
            return Enumerable.Range(0, 32).Select(i => scale * size * (i == first ? -8 : random.Next(-8, 8)));
        })];
        foreach ((double[] found, _) in Packed(weights, 37, inputs, hasMinimum: false))
            Assert.Equal(weights.Select(weight => (double)weight), found);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void No_weight_is_further_off_than_its_scale_says(int inputs, bool hasMinimum)
    {
        const double rounding = 1.0 / 2048; // of float16
        var random = new Random(inputs);
        float[] weights = [.. Enumerable.Range(0, 37 * inputs).Select(_ => (random.NextSingle() - 0.4f) * MathF.Pow(2, random.Next(-3, 4)))];
        foreach ((double[] found, float[] sums) in Packed(weights, 37, inputs, hasMinimum))
        {
            for (int column = 0; column < 37; column++)
            {
                float[] own = weights[(column * inputs)..((column + 1) * inputs)];
                double[] stored = found[(column * inputs)..((column + 1) * inputs)];
                foreach ((float[] group, double[] made) in own.Chunk(32).Zip(stored.Chunk(32)))
                {
                    double largest = group.Max(Math.Abs), step = hasMinimum ? (group.Max() - group.Min()) / 15.0 : largest / 8;
                    Assert.All(group.Zip(made), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, ((hasMinimum ? 0.5 : 1.0) * step) + (2 * rounding * largest)));
                }

                double missing = hasMinimum ? ((((inputs + 31) / 32) * 32) - inputs) * (double)MinimumOf(own, inputs) : 0;
                Assert.Equal(stored.Sum() + missing, sums[column], Math.Max(1e-5, (stored.Sum(Math.Abs) + Math.Abs(missing)) * 1e-3));
            }
        }
    }

    /// <summary>Groups of one value, of none but zeros, and of the ends of float32.</summary>
    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(1f, 1f)]
    [InlineData(-0.75f, -0.75f)]
    [InlineData(float.MaxValue, float.MinValue)]
    [InlineData(1e-30f, -2e-30f)]
    [InlineData(float.Epsilon, 0f)]
    public void Unusual_groups_are_finite_and_near(float even, float odd)
    {
        float[] weights = [.. Enumerable.Range(0, 37 * 64).Select(i => i % 2 == 0 ? even : odd)];
        float largest = Math.Max(Math.Abs(even), Math.Abs(odd));
        foreach (bool hasMinimum in new[] { false, true })
        {
            foreach ((double[] found, _) in Packed(weights, 37, 64, hasMinimum))
                Assert.All(weights.Zip(found), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, (largest / 7.5) + float.Epsilon));
        }
    }

    /// <summary>What stands for the minimum of the last group.</summary>
    private static float MinimumOf(float[] column, int inputs) => column[((inputs - 1) / 32 * 32)..].Min();

    /// <summary>Packs both forms of a tensor, each for several panels, in two pieces; what is read back, output by output, and the sums.</summary>
    private static IEnumerable<(double[] Weights, float[] Sums)> Packed(float[] weights, int columns, int inputs, bool hasMinimum)
    {
        using SafeTensors source = SafeTensors.Read(new MemoryStream(SafeTensorsTests.FileOf(
            ("w", [columns, inputs], weights), ("t", [inputs, columns], [.. Enumerable.Range(0, columns * inputs).Select(i => weights[(i % columns * inputs) + (i / columns)])]))));
        foreach (PanelWidths panels in s_panels)
        {
            int padded = panels.Rest == 0 ? panels.First * panels.FirstCount : 48, depth = hasMinimum ? 10 : 9, floats = (inputs + 63) / 64 * depth * padded, scales = Offset + floats, sums = scales + padded;
            foreach (bool isTransposed in new[] { false, true })
            {
                var packer = new WeightPacker(source, sums + padded);
                foreach ((int first, int count) in new[] { (11, columns - 11), (0, 11) })
                {
                    if (isTransposed)
                        packer.ProductOfTransposed("t", columns, inputs, first, count, Offset, first, panels, WeightFormat.Int8, scales, sums: sums, hasMinimum: hasMinimum);
                    else
                        packer.Product("w", columns, inputs, first, count, Offset, first, panels, WeightFormat.Int8, scales, sums: sums, hasMinimum: hasMinimum);
                }

                ReadOnlySpan<float> memory = packer.Memory.Span;
                Assert.False(memory[..Offset].ContainsAnyExcept(0f));
                float[] units = memory.Slice(scales, columns).ToArray();
                yield return (Read(memory.Slice(Offset, floats).ToArray(), units, columns, inputs, panels, depth), [.. memory.Slice(sums, columns).ToArray().Zip(units, (sum, unit) => sum * unit)]);
            }
        }
    }

    /// <summary>The definition of the packed form, weight by weight.</summary>
    private static double[] Read(float[] packed, float[] units, int columns, int inputs, PanelWidths panels, int depth)
    {
        int[] words = MemoryMarshal.Cast<float, int>(packed).ToArray();
        var weights = new double[columns * inputs];
        for (int column = 0; column < columns; column++)
        {
            int leading = panels.First * panels.FirstCount, width = column < leading ? panels.First : panels.Rest;
            int start = column < leading ? column / width * width : leading + ((column - leading) / width * width);
            for (int k = 0; k < inputs; k++)
            {
                int group = k % 64 / 32, inGroup = k % 32, nibble = inGroup / 8 * 8 + (inGroup % 8 / 4 * 4);
                int Word(int row) => words[((inputs + 63) / 64 * depth * start) + (((k / 64 * depth) + row) * width) + (column - start)];
                double Half(int row) => (double)BitConverter.UInt16BitsToHalf((ushort)(Word(row) >> (16 * group)));
                int number = (Word((group * 4) + (inGroup % 4)) >> nibble) & 15;
                weights[(column * inputs) + k] = depth == 9 ? (number - 8) * Half(8) * units[column] : ((number * Half(8)) + (8 * Half(9))) * units[column];
            }
        }

        return weights;
    }
}
