using Pronounce;
using Xunit;

namespace Attention.Tests.Samples;

public sealed class ScoreTests
{
    [Fact]
    public void Reference_output_gets_the_reference_score() =>
        Assert.Equal(PronounceSample.Reference, PronounceSample.TestWords.Aggregate(new Score(), (sum, word) => sum + Score.Of(word.Greedy, word.Accepted)));

    [Theory]
    [InlineData("HH AH0 L OW1", "HH AH0 L OW1", 0, 0, 0, 4)]
    [InlineData("HH AH1 L OW0", "HH AH0 L OW1", 1, 0, 0, 4)] // the stress alone
    [InlineData("HH EH0 L OW1", "HH AH0 L OW1", 1, 1, 1, 4)] // one replaced
    [InlineData("HH L OW1", "HH AH0 L OW1", 1, 1, 1, 4)] // one missing
    [InlineData("HH AH0 L L OW1", "HH AH0 L OW1", 1, 1, 1, 4)] // one too many
    [InlineData("", "HH AH0 L OW1", 1, 1, 4, 4)] // nothing said
    [InlineData("B AE1 D", "HH AH0 L OW1|B AE1 D", 0, 0, 0, 3)] // the second is right
    [InlineData("B AE2 D", "B AE1 D|B AE2 D", 0, 0, 0, 3)]
    [InlineData("A B", "A C|A B C D E", 1, 1, 1, 2)] // 1 of 2 is nearer than 3 of 5
    [InlineData("A B C", "A B|A B C D E", 1, 1, 2, 5)] // 2 of 5 is nearer than 1 of 2, though it has more errors
    [InlineData("A B C", "A B|A X C D", 1, 1, 1, 2)] // 1 of 2 and 2 of 4: the first of equal ones
    [InlineData("A B C", "A X C D|A B", 1, 1, 2, 4)]
    public void A_word_is_compared_with_the_nearest_pronunciation(string spoken, string accepted, int wrong, int wrongWithoutStress, int errors, int phonemes) =>
        Assert.Equal(
            new Score(1, wrong, wrongWithoutStress, errors, phonemes),
            Score.Of(Split(spoken), [.. accepted.Split('|').Select(Split)]));

    [Fact]
    public void A_table_with_a_column_too_few_is_refused()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "word\tdictionary\tgreedy\na\tAH0\tAH0\nb\tB IY1\n");
            string message = Assert.Throws<InvalidDataException>(() => TestWord.Read(path)).Message;
            Assert.EndsWith("line 3: expected 3 columns separated by tabs, found 2.", message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string[] Split(string phonemes) => phonemes.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
