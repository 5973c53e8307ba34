using Attention.Dsl;
using Attention.Tests.Models;
using Pronounce;
using Xunit;

namespace Attention.Tests.Samples;

public sealed class SpellerTests
{
    /// <summary>Words whose two likeliest phonemes the reference's logits may have closer than 1e-4 to each other.</summary>
    private const int NearTies = 2;

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Every_test_word_is_pronounced_as_by_the_float64_reference(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        using var speller = Speller.Load(PronounceSample.Weights, instructionSet);
        Assert.Equal(instructionSet, speller.InstructionSet);
        string[] different = [.. PronounceSample.TestWords
            .Where(word => !(speller.TryPronounce(word.Word, out string[] phonemes, out _) && phonemes.SequenceEqual(word.Greedy)))
            .Select(word => word.Word)];
        Assert.True(different.Length <= NearTies, $"Expected at most {NearTies} different words, found {different.Length}: {string.Join(' ', different.Take(10))}");
    }

    [Fact]
    public void An_evaluation_counts_every_word_and_measures_the_speed()
    {
        using var speller = Speller.Load(PronounceSample.Weights);
        TestWord[] words = [.. PronounceSample.TestWords.Take(100)];
        int advanced = 0;
        Evaluation evaluation = Evaluation.Run(speller, words, () => advanced++);
        Assert.Equal(words.Aggregate(new Score(), (sum, word) => sum + Score.Of(word.Greedy, word.Accepted)), evaluation.Score);
        Assert.Equal(words.Length, advanced);
        Assert.InRange(evaluation.WordsPerSecond, 1, 1e6);
    }

    [Fact]
    public void A_word_it_cannot_pronounce_leaves_the_speller_usable()
    {
        using var speller = Speller.Load(PronounceSample.Weights);
        Assert.True(speller.TryPronounce("attention", out string[] before, out _));
        Assert.False(speller.TryPronounce("naïve", out string[] none, out string? problem));
        Assert.Empty(none);
        Assert.StartsWith("'naïve': the model does not know the character 'ï' (U+00EF)", problem, StringComparison.Ordinal);
        Assert.True(speller.TryPronounce("Attention", out string[] after, out _));
        Assert.Equal(before, after);
    }

    [Theory]
    [InlineData(31, true)]
    [InlineData(32, false)]
    public void The_longest_word_leaves_room_for_the_end(int letters, bool expected)
    {
        using var speller = Speller.Load(PronounceSample.Weights);
        Assert.Equal(expected, speller.TryPronounce(new string('a', letters), out _, out string? problem));
        Assert.Equal(expected ? null : $"'{new string('a', letters)}': expected 1 to 31 letters, found {letters}", problem);
    }
}
