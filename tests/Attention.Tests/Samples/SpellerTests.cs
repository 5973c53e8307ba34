using Attention.Dsl;
using Attention.Tests.Models;
using Pronounce;
using Xunit;

namespace Attention.Tests.Samples;

public sealed class SpellerTests
{
    /// <summary>Words whose two likeliest phonemes the reference's logits may have closer than 1e-4 to each other.</summary>
    private const int NearTies = 2;

    public static TheoryData<SpellingModel, InstructionSet> ModelsOnEveryInstructionSet
    {
        get
        {
            var data = new TheoryData<SpellingModel, InstructionSet>();
            foreach (SpellingModel model in new[] { SpellingModel.Bahdanau, SpellingModel.Luong })
            {
                foreach (InstructionSet instructionSet in Enum.GetValues<InstructionSet>())
                    data.Add(model, instructionSet);
            }

            return data;
        }
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Every_test_word_is_pronounced_as_by_the_float64_reference(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        using var speller = Speller.Load(PronounceSample.Weights, instructionSet, beams: 1);
        Assert.Equal((instructionSet, 1), (speller.InstructionSet, speller.Beams));
        string[] different = [.. PronounceSample.TestWords
            .Where(word => !(speller.TryPronounce(word.Word, out string[] phonemes, out _) && phonemes.SequenceEqual(word.Greedy)))
            .Select(word => word.Word)];
        Assert.True(different.Length <= NearTies, $"Expected at most {NearTies} different words, found {different.Length}: {string.Join(' ', different.Take(10))}");
    }

    /// <summary>No two logits of the reference are nearer than 1e-4 to each other, so that all words are as it says them.</summary>
    [Theory]
    [InlineData(SpellingModel.Bahdanau, 2009, 1686, 2543, 40417)]
    [InlineData(SpellingModel.Luong, 2215, 1858, 2844, 40423)]
    public void Recurrent_models_have_the_errors_of_the_float64_reference(SpellingModel model, int wrong, int wrongWithoutStress, int phonemeErrors, int phonemes)
    {
        using var speller = Speller.Load(PronounceSample.WeightsOf(model), beams: 1, model: model);
        Assert.Equal(new Score(6370, wrong, wrongWithoutStress, phonemeErrors, phonemes), Evaluation.Run(speller, PronounceSample.TestWords, () => { }).Score);
    }

    [Theory, MemberData(nameof(ModelsOnEveryInstructionSet))]
    public void Recurrent_models_say_every_word_as_the_float64_reference(SpellingModel model, InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        string? table = SharedModels.Find($"pronounce-{model.ToString().ToLowerInvariant()}/greedy.tsv");
        Assert.SkipWhen(table is null, "shared/models is not beside the repository.");
        using var speller = Speller.Load(PronounceSample.WeightsOf(model), instructionSet, beams: 1, model: model);
        (string Word, string Greedy)[] words = [.. File.ReadLines(table).Skip(1).Select(line => line.Split('\t')).Select(columns => (columns[0], columns[1]))];
        Assert.Equal(6370, words.Length);
        Assert.Empty(words.Where(word => !speller.TryPronounce(word.Word, out string[] phonemes, out _) || string.Join(' ', phonemes) != word.Greedy).Select(word => word.Word));
    }

    [Theory]
    [InlineData(SpellingModel.Bahdanau, "additive attention")]
    [InlineData(SpellingModel.Luong, "Luong attention")]
    public void Recurrent_models_search_and_show_their_attention(SpellingModel model, string name)
    {
        using var speller = Speller.Load(PronounceSample.WeightsOf(model), captureAttention: true, model: model);
        Assert.True(speller.TryRank("bough", 5, out Pronunciation[] five, out _));
        Assert.Equal(5, five.Length);
        Assert.Equal(five.OrderByDescending(pronunciation => pronunciation.Probability), five);
        Assert.True(speller.LookAt("bough", out string[] phonemes, out AttentionMap[] maps, out _));
        Assert.Equal(five[0].Phonemes, phonemes);
        AttentionMap map = Assert.Single(maps);
        Assert.Equal((name, 1, 1, phonemes.Length + 1, 6), (map.Name, map.Layers, map.Heads, map.Queries.Count, map.Keys.Count));
        for (int row = 0; row < map.Queries.Count; row++)
            Assert.InRange(map[0, 0, row].ToArray().Sum(), 1 - 1e-5f, 1 + 1e-5f);

        // B is the letter b.
        Assert.Equal(0, AttentionMap.Strongest(map[0, 0, 0]));
    }

    [Fact]
    public void An_evaluation_counts_every_word_and_measures_the_speed()
    {
        using var speller = Speller.Load(PronounceSample.Weights, beams: 1);
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

    /// <summary>
    /// Whatever the beams, what is found has the probability that a forward pass over it gives, and none is less likely than
    /// what greedy search gives but where that fell out of the beams.
    /// </summary>
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Beam_search_finds_likelier_pronunciations(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        using Speller greedy = Speller.Load(PronounceSample.Weights, instructionSet, beams: 1), search = Speller.Load(PronounceSample.Weights, instructionSet);
        Assert.Equal(Speller.DefaultBeams, search.Beams);
        int likelier = 0, lessLikely = 0;
        TestWord[] words = [.. PronounceSample.TestWords.Where((_, i) => i % 20 == 0)];
        foreach (TestWord word in words)
        {
            Assert.True(greedy.TryRank(word.Word, 1, out Pronunciation[] one, out _));
            Assert.True(search.TryRank(word.Word, 5, out Pronunciation[] five, out _));
            Assert.True(greedy.TryPronounce(word.Word, out string[] first, out _) && search.TryPronounce(word.Word, out string[] best, out _) && best.SequenceEqual(five[0].Phonemes));
            Assert.Equal(first, one[0].Phonemes);
            Assert.Equal(5, five.Length);
            Assert.Equal(five.OrderByDescending(pronunciation => pronunciation.Probability), five);
            Assert.Equal(5, five.Select(pronunciation => string.Join(' ', pronunciation.Phonemes)).Distinct().Count());
            Assert.InRange(five.Sum(pronunciation => pronunciation.Probability), 0, 1 + 1e-9);
            likelier += five[0].Probability > one[0].Probability * (1 + 1e-9) ? 1 : 0;
            lessLikely += five[0].Probability < one[0].Probability * (1 - 1e-9) ? 1 : 0;
        }

        Assert.True(likelier > words.Length / 50 && lessLikely <= words.Length / 50, $"{likelier} likelier and {lessLikely} less likely of {words.Length}");
    }

    [Fact]
    public void Attention_is_that_of_each_phoneme_to_each_letter()
    {
        using var speller = Speller.Load(PronounceSample.Weights, captureAttention: true);
        Assert.True(speller.LookAt("bough", out string[] phonemes, out AttentionMap[] maps, out _));
        Assert.Equal(["B", "AW1"], phonemes);
        Assert.Equal(["cross-attention", "encoder self-attention", "decoder self-attention"], maps.Select(map => map.Name));
        Assert.All(maps, map => Assert.Equal((3, 4), (map.Layers, map.Heads)));
        Assert.Equal(["B", "AW1", "end"], maps[0].Queries);
        Assert.Equal(["b", "o", "u", "g", "h", "end"], maps[0].Keys);
        Assert.Equal(["begin", "B", "AW1"], maps[2].Keys);
        for (int row = 0; row < 3 * 4 * 3; row++)
            Assert.InRange(maps[0].Weights.AsSpan(row * 6, 6).ToArray().Sum(), 1 - 1e-5f, 1 + 1e-5f);

        // B is the letter b.
        Assert.Equal(0, AttentionMap.Strongest(maps[0].Mean().AsSpan(0, 6)));
        Assert.False(speller.LookAt("x1", out _, out _, out string? problem));
        Assert.Contains("'1'", problem, StringComparison.Ordinal);
    }
}
