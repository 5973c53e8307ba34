using Attention.Dsl;
using Attention.Runtime;
using Xunit;

namespace Attention.Tests.Runtime;

public sealed class RowLabelsTests
{
    [Theory]
    [InlineData(new[] { 0, 0, 3, 3 }, new[] { 4 })]
    [InlineData(new[] { 5, 5, 0, 1 }, new[] { 2, 2 })]
    [InlineData(new[] { 5, 0, 1 }, new[] { 1, 0, 2 })]
    [InlineData(new int[0], new int[0])]
    public void Labels_that_never_fall_within_a_sequence_are_taken(int[] labels, int[] lengths) => StageGuard.Labels(labels, labels.Length, lengths, "S");

    [Fact]
    public void Other_labels_are_refused()
    {
        Assert.Contains("3 labels for 4 rows", Assert.Throws<ArgumentException>(() => StageGuard.Labels([1, 2, 3], 4, "S")).Message, StringComparison.Ordinal);
        Assert.Contains("Label 2 of 3 given to stage 'S' is 1, behind 2", Assert.Throws<ArgumentException>(() => StageGuard.Labels([1, 2, 1], 3, "S")).Message, StringComparison.Ordinal);
        Assert.Contains("Label 3 of 4 given to stage 'S' is 0, behind 1", Assert.Throws<ArgumentException>(() => StageGuard.Labels([3, 0, 1, 0], 4, [1, 3], "S")).Message, StringComparison.Ordinal);
        Assert.Contains("Label 0 of 1 given to stage 'S' is -1; expected 0 to 16777216", Assert.Throws<ArgumentOutOfRangeException>(() => StageGuard.Labels([-1], 1, "S")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => StageGuard.Labels([int.MaxValue], 1, "S"));
    }
}
