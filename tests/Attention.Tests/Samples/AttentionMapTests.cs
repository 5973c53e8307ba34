using Pronounce;
using Xunit;

namespace Attention.Tests.Samples;

public sealed class AttentionMapTests
{
    /// <summary>2 layers, 2 heads, 2 queries, 3 keys; the weights are 0, 1, 2, … hundredths.</summary>
    internal static AttentionMap Counting { get; } = new(
        "cross-attention", ["B", "AW1"], ["b", "o", "end"], 2, 2, [.. Enumerable.Range(0, 24).Select(i => i / 100f)]);

    [Fact]
    public void A_row_holds_the_weights_of_a_query()
    {
        Assert.Equal([0.15f, 0.16f, 0.17f], Counting[layer: 1, head: 0, query: 1]);
        Assert.Equal([0.06f, 0.07f, 0.08f, 0.09f, 0.10f, 0.11f], Counting[layer: 0, head: 1]);
    }

    [Theory]
    [InlineData(2, 0, 0), InlineData(0, 2, 0), InlineData(0, 0, 2)]
    [InlineData(-1, 0, 0), InlineData(0, -1, 0), InlineData(0, 0, -1)]
    public void A_row_that_does_not_exist_is_refused(int layer, int head, int query) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Counting[layer, head, query].Length);

    [Fact]
    public void A_mean_is_over_the_heads_of_a_layer_or_over_everything()
    {
        Assert.Equal([0.15f, 0.16f, 0.17f, 0.18f, 0.19f, 0.20f], Counting.Mean(1), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([0.09f, 0.10f, 0.11f, 0.12f, 0.13f, 0.14f], Counting.Mean(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Throws<ArgumentOutOfRangeException>(() => Counting.Mean(2));
    }

    [Fact]
    public void A_selection_without_head_or_layer_is_the_mean_over_them()
    {
        Assert.Equal(Counting[1, 0], Counting.Select(1, 0));
        Assert.Equal(Counting.Mean(1), Counting.Select(1, null));
        Assert.Equal(Counting.Mean(), Counting.Select(null, null));
        Assert.Throws<ArgumentException>(() => Counting.Select(null, 0));
    }

    [Fact]
    public void A_description_counts_from_one()
    {
        Assert.Equal("cross-attention, layer 2, head 1", Counting.Describe(1, 0));
        Assert.Equal("cross-attention, layer 2, mean of 2 heads", Counting.Describe(1, null));
        Assert.Equal("cross-attention, mean of 2 layers and 2 heads", Counting.Describe(null, null));
        Assert.Equal("a, mean of 1 layer and 1 head", new AttentionMap("a", ["q"], ["k"], 1, 1, [1]).Describe(null, null));
    }

    [Fact]
    public void The_strongest_key_is_the_first_of_the_greatest()
    {
        Assert.Equal(1, AttentionMap.Strongest([0.2f, 0.4f, 0.4f]));
        Assert.Equal(-1, AttentionMap.Strongest([0, 0]));
    }

    [Fact]
    public void Weights_that_do_not_fit_the_labels_are_refused()
    {
        var wrong = Assert.Throws<ArgumentException>(() => new AttentionMap("cross-attention", ["B", "AW1"], ["b", "o", "end"], 2, 2, new float[23]));
        Assert.StartsWith("The map 'cross-attention': expected 24 weights (2 layers × 2 heads × 2 queries × 3 keys), found 23.", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1), InlineData(1, 0), InlineData(-1, -1)]
    public void A_map_of_nothing_is_refused(int layers, int heads)
    {
        var empty = Assert.Throws<ArgumentException>(() => new AttentionMap("a", ["q"], ["k"], layers, heads, []));
        Assert.StartsWith($"The map 'a': expected at least one of each, found {layers} layers × {heads} heads × 1 queries × 1 keys.", empty.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_weights_than_can_be_counted_are_refused() =>
        Assert.Throws<ArgumentException>(() => new AttentionMap("a", ["q"], ["k"], int.MaxValue, int.MaxValue, []));

    [Theory]
    [InlineData(float.NaN), InlineData(float.PositiveInfinity)]
    public void A_weight_that_is_not_finite_is_refused(float weight)
    {
        var wrong = Assert.Throws<ArgumentException>(() => new AttentionMap("a", ["q"], ["k", "l"], 1, 1, [0, weight]));
        Assert.StartsWith("The map 'a': expected finite weights, found ", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(" at 1.", wrong.Message, StringComparison.Ordinal);
    }
}
