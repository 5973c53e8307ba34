using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Attention.Runtime;
using Xunit;

namespace Attention.Tests.Runtime;

public class SignedRowsTests
{
    /// <summary>Numbers are those of the nearest multiples of the scale, value i below value width / 2 + i of a word.</summary>
    [Theory]
    [InlineData(16)]
    [InlineData(48)]
    [InlineData(512)]
    public void Numbers_are_the_nearest(int width)
    {
        const int rows = 5;
        var random = new Random(width);
        int stride = width + 3, floats = (width / 2) + 1;
        float[] source = [.. Enumerable.Range(0, rows * stride).Select(_ => (random.NextSingle() - 0.5f) * MathF.ScaleB(1, random.Next(-6, 6)))];
        Array.Clear(source, 2 * stride, width); // a row of nothing
        foreach (ref float tiny in source.AsSpan(3 * stride, width))
            tiny *= 1e-38f;
        var found = new float[(rows * floats) + 1];
        SignedRows.Quantize(rows, width, ref source[0], stride, ref found[0]);
        Assert.Equal(0, found[^1]);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> values = source.AsSpan(row * stride, width);
            float most = row is 2 or 3 ? 0 : values.ToArray().Max(MathF.Abs), scale = found[(row * floats) + (width / 2)];
            Assert.Equal(most / 2047, scale);
            ReadOnlySpan<short> numbers = MemoryMarshal.Cast<float, short>(found.AsSpan(row * floats, width / 2));
            for (int i = 0; i < width; i++)
            {
                short number = numbers[(i % (width / 2) * 2) + (i / (width / 2))];
                Assert.InRange(number, -2047, 2047);
                Assert.InRange(Math.Abs(values[i] - ((double)number * scale)), 0, most == 0 ? 1e-30 : scale * 0.501);
            }
        }
    }

    /// <summary>A row with a value that is no finite number has no scale, wherever that stands.</summary>
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_row_that_is_not_finite_has_no_scale(float value)
    {
        const int width = 48, floats = (width / 2) + 1;
        for (int place = 0; place < width; place++)
        {
            float[] source = [.. Enumerable.Repeat(1f, 3 * width)], found = new float[3 * floats];
            source[width + place] = value;
            SignedRows.Quantize(3, width, ref source[0], width, ref found[0]);
            Assert.Equal([1f / 2047, float.NaN, 1f / 2047], Enumerable.Range(0, 3).Select(row => found[(row * floats) + (width / 2)]));
        }
    }

    /// <summary>Two neighbours' products are added exactly, as large as numbers get, with an instruction for it and without.</summary>
    [Fact]
    public void Products_of_neighbours_are_added()
    {
        var random = new Random(1);
        for (int time = 0; time < 1000; time++)
        {
            short[] x = [.. Enumerable.Range(0, 8).Select(_ => (short)random.Next(-2047, 2048))], y = [.. Enumerable.Range(0, 8).Select(_ => (short)(random.Next(2) == 0 ? 2047 : random.Next(-2047, 2048)))];
            int[] sums = [.. Enumerable.Range(0, 4).Select(i => (x[2 * i] * y[2 * i]) + (x[(2 * i) + 1] * y[(2 * i) + 1]))];
            Vector128<int> expected = Vector128.Create(sums);
            Assert.Equal(expected, WholeNumbers.WideDot(Vector128.Create(x), Vector128.Create(y)));
            Assert.Equal(expected, WholeNumbers.WideDotOfHalves(Vector128.Create(x), Vector128.Create(y)));
        }
    }

    /// <summary>A panel holds a word of all of its keys behind the other, and then their scales; what is behind the last key stays as it was.</summary>
    [Theory]
    [InlineData(32)]
    [InlineData(16)]
    [InlineData(8)]
    public void Keys_land_in_panels(int columns)
    {
        const int keys = 45, width = 32, stride = 40, floats = (width / 2) + 1;
        var random = new Random(columns);
        float[] source = [.. Enumerable.Range(0, keys * stride).Select(_ => random.NextSingle() - 0.5f)], rows = new float[keys * floats], buffer = new float[columns * floats];
        int panels = (keys + columns - 1) / columns;
        float[] packed = [.. Enumerable.Repeat(-1f, panels * columns * floats)], expected = [.. packed];
        SignedRows.Quantize(keys, width, ref source[0], stride, ref rows[0]);
        for (int key = 0; key < keys; key++)
        {
            for (int i = 0; i < floats; i++)
                expected[(key / columns * columns * floats) + (i * columns) + (key % columns)] = rows[(key * floats) + i];
        }

        SignedRows.Pack(keys, width, ref source[0], stride, ref packed[0], columns, ref buffer[0]);
        Assert.Equal(MemoryMarshal.Cast<float, int>(expected), MemoryMarshal.Cast<float, int>(packed));
    }
}
