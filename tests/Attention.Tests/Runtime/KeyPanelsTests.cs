using Attention.Runtime;
using Xunit;

namespace Attention.Tests.Runtime;

public class KeyPanelsTests
{
    /// <summary>Every key lands at [head][key / 32][channel][key % 32], and nothing else is written.</summary>
    [Theory]
    [InlineData(0, 1, 1, 1)]
    [InlineData(0, 70, 3, 8)]
    [InlineData(5, 31, 2, 7)]
    [InlineData(29, 6, 1, 33)]
    [InlineData(30, 40, 4, 3)]
    [InlineData(31, 2, 2, 4)]
    [InlineData(64, 33, 2, 12)]
    public void Keys_land_where_they_should(int first, int rows, int heads, int width)
    {
        int panels = (first + rows + 31) / 32, headFloats = (panels * 32 * width) + 5, stride = (heads * width) + 3;
        float[] source = [.. Enumerable.Range(0, rows * stride).Select(i => (float)i)], packed = new float[heads * headFloats], expected = new float[packed.Length];
        Array.Fill(packed, -1);
        Array.Fill(expected, -1);
        for (int head = 0; head < heads; head++)
        {
            for (int row = 0; row < rows; row++)
            {
                for (int channel = 0; channel < width; channel++)
                    expected[(head * headFloats) + ((first + row) / 32 * 32 * width) + (channel * 32) + ((first + row) % 32)] = source[(row * stride) + (head * width) + channel];
            }
        }

        KeyPanels.Pack(first, rows, ref source[0], stride, ref packed[0], heads, width, headFloats);
        Assert.Equal(expected, packed);
    }
}
