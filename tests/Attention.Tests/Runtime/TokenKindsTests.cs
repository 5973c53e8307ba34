using Attention.Runtime;
using Xunit;

namespace Attention.Tests.Runtime;

public sealed class TokenKindsTests
{
    private static readonly int[] s_kinds = [3, 4, 1, 2, 2, 3];

    [Fact]
    public void Each_place_has_the_ids_of_its_kind() => Assert.Equal(
        [(0, 4), (0, 4), (0, 4), (4, 2), (6, 3), (6, 3), (6, 3)], Enumerable.Range(0, 7).Select(position => TokenKinds.At(s_kinds, position)));

    [Theory]
    [InlineData(1, 1, new[] { "0123", "45", "678" })]
    [InlineData(2, 0, new[] { "45", "45", "45" })]
    [InlineData(5, 1, new[] { "678" })]
    public void Only_what_can_stand_in_the_next_row_is_left(int position, int apart, string[] left)
    {
        float[] logits = [.. Enumerable.Range(0, 9 * left.Length).Select(i => (float)i)];
        TokenKinds.Forbid(s_kinds, position, apart, left.Length, ref logits[0]);
        for (int i = 0; i < logits.Length; i++)
            Assert.Equal(left[i / 9].Contains((char)('0' + (i % 9)), StringComparison.Ordinal) ? i : float.MinValue, logits[i]);
    }

    [Fact]
    public void Padding_is_told_apart_by_its_place_behind_the_first() =>
        Assert.Equal([2, 10, 5, 12, 2], new[] { 2, 2, 5, 2, 2 }.Select((token, position) => TokenKinds.Padded(token, position, padding: 2, vocabulary: 10, length: 4)));

    [Fact]
    public void Sequences_of_a_batch_begin_with_the_first_kind()
    {
        StageGuard.Kinds([3, 0, 1, 3, 4], [1, 4], s_kinds, "S");
        Assert.Contains("Token 1 of 2 given to stage 'S' is 4; expected 0 to 3, the tokens that stand at position 1", Assert.Throws<ArgumentOutOfRangeException>(() => StageGuard.Kinds([0, 0, 1, 0, 4], [3, 2], s_kinds, "S")).Message, StringComparison.Ordinal);
        StageGuard.Kinds([0, 0], [-5, 9, 3], s_kinds, "S"); // Batch tells such lengths
    }
}
