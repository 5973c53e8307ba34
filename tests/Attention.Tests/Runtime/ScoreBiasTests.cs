using Attention.Runtime;
using Xunit;

namespace Attention.Tests.Runtime;

/// <summary>A bias is added where it belongs, undone by the scale that follows, and is finite.</summary>
public sealed class ScoreBiasTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(33, 33)]
    [InlineData(64, 64)]
    [InlineData(33, 90)]
    [InlineData(70, 1)]
    public void Each_score_has_its_own(int length, int keys)
    {
        const float scale = 0.125f;
        ScoreBias[] distances = ScoreBias.OfDistances(heads: 3, length, scale, (head, distance) => (100 * head) + distance, "M", keys);
        ScoreBias[] pairs = ScoreBias.OfPairs(heads: 3, length, scale, (head, query, key) => (1000 * head) + (2 * query) + (key / 4f), "M", keys);
        for (int head = 0; head < 3; head++)
        {
            for (int query = 0; query < length; query++)
            {
                int rows = Math.Min(3, length - query);
                for (int key = 0; key < keys; key += 32)
                {
                    // What lies behind a row's last key, up to a multiple of 16, may be anything.
                    int count = Math.Min(32, keys - key);
                    float[] one = new float[3 * 40], other = new float[3 * 40];
                    Array.Fill(one, 0.5f);
                    distances[head].Add(rows, query, key, count, ref one[0], 40);
                    pairs[head].Add(rows, query, key, count, ref other[0], 40);
                    for (int row = 0; row < rows; row++)
                    {
                        for (int i = 0; i < count; i++)
                        {
                            Assert.Equal(0.5f + (((100 * head) + (query + row - key - i)) / scale), one[(row * 40) + i]);
                            Assert.Equal(((1000 * head) + (2 * (query + row)) + ((key + i) / 4f)) / scale, other[(row * 40) + i]);
                        }
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(3e38f)]
    public void A_bias_that_is_not_finite_is_refused(float hard)
    {
        Assert.Contains("'Slope' gives ", Assert.Throws<InvalidOperationException>(() => ScoreBias.OfDistances(2, 9, 0.5f, (head, distance) => head == 1 && distance == -3 ? hard : 0, "Slope")).Message, StringComparison.Ordinal);
        string message = Assert.Throws<InvalidOperationException>(() => ScoreBias.OfPairs(2, 9, 0.5f, (head, query, key) => (head, query, key) == (1, 4, 7) ? hard : 0, "Slope")).Message;
        Assert.Contains("for head 1, query 4 and key 7; expected a finite bias", message, StringComparison.Ordinal);
    }
}
