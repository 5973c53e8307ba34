using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Runtime;

public sealed class SimilarityTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(77)]
    public void Products_are_those_of_double_precision(int width)
    {
        var random = new Random(width);
        float[] left = [.. Enumerable.Range(0, 3 * width).Select(_ => random.NextSingle() - 0.5f)], right = [.. Enumerable.Range(0, 2 * width).Select(_ => random.NextSingle() - 0.5f)];
        var found = new float[6];
        Similarity.Of(left, right, width, logScale: 1.5f, found);
        for (int i = 0; i < 6; i++)
            Assert.Equal(Math.Exp(1.5) * Enumerable.Range(0, width).Sum(c => (double)left[(i / 2 * width) + c] * right[(i % 2 * width) + c]), found[i], 1e-5);
        Allocations.AssertNone("Similarity.Of", () => Similarity.Of(left, right, width, logScale: 0, found));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        float[] six = new float[6];
        Assert.Throws<ArgumentException>(() => Similarity.Of(six, six, 4, 0, six));
        Assert.Throws<ArgumentException>(() => Similarity.Of(six, six, 3, 0, six));
        Assert.Throws<ArgumentException>(() => Similarity.Of(new Rows(six, 2, 3, 3), new Rows(six, 3, 2, 2), 0, six));
        Assert.Throws<ArgumentOutOfRangeException>(() => Similarity.Of(six, six, 0, 0, six));
    }
}
