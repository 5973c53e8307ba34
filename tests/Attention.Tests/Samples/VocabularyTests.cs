using Attention.Dsl;
using Pronounce;
using Xunit;

namespace Attention.Tests.Samples;

public sealed class VocabularyTests
{
    private readonly Vocabulary _vocabulary = new(["<pad>", "<bos>", "<eos>", "'", "a", "b"], ["<pad>", "<bos>", "<eos>", "AH0", "B"]);

    [Theory]
    [InlineData("ab'", 4, 5, 3, 2)]
    [InlineData("Ab", 4, 5, 2)]
    [InlineData("BBBBBBB", 5, 5, 5, 5, 5, 5, 5, 2)] // as long as it may be
    public void A_word_is_its_letters_and_the_end(string word, params int[] expected)
    {
        Assert.True(_vocabulary.TryEncode(word, 8, out int[] ids, out string? problem), problem);
        Assert.Equal(expected, ids);
    }

    [Theory]
    [InlineData("", "'': expected 1 to 7 letters, found 0")]
    [InlineData("aaaaaaaa", "'aaaaaaaa': expected 1 to 7 letters, found 8")]
    [InlineData("aÉb", "'aÉb': the model does not know the character 'É' (U+00C9); it knows ' a b")]
    [InlineData("a b", "'a b': the model does not know the character ' ' (U+0020); it knows ' a b")]
    [InlineData("a😀", "'a😀': the model does not know the character '😀' (U+1F600); it knows ' a b")]
    [InlineData("a\u001b[0m", "'a\uFFFD[0m': the model does not know the character U+001B; it knows ' a b")]
    [InlineData("<eos>", "'<eos>': the model does not know the character '<' (U+003C); it knows ' a b")]
    public void What_is_wrong_with_a_word_is_said(string word, string expected)
    {
        Assert.False(_vocabulary.TryEncode(word, 8, out int[] ids, out string? problem));
        Assert.Equal(expected, problem);
        Assert.Empty(ids);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_letter()
    {
        Assert.False(_vocabulary.TryEncode("a\ud800", 8, out _, out string? problem));
        Assert.Equal("'a\uFFFD': the model does not know the character '\uFFFD' (U+FFFD); it knows ' a b", problem);
    }

    [Theory]
    [InlineData(40, "")]
    [InlineData(41, "…")]
    [InlineData(100_000, "…")]
    public void An_endless_word_is_cut_in_the_message(int letters, string ellipsis)
    {
        Assert.False(_vocabulary.TryEncode(new string('a', letters), 8, out _, out string? problem));
        Assert.Equal($"'{new string('a', 40)}{ellipsis}': expected 1 to 7 letters, found {letters}", problem);
    }

    [Fact]
    public void Special_tokens_are_silent() => Assert.Equal(["B", "AH0"], _vocabulary.Decode([1, 4, 0, 3, 2]));

    [Theory]
    [InlineData("phonemes", """["<pad>"]""", "'letters': expected a JSON array of strings, found none")]
    [InlineData("letters", """["<pad>", "a"]""", "'phonemes': expected a JSON array of strings, found none")]
    [InlineData("letters", """{"a": 1}""", "'letters': expected a JSON array of strings, found: ")]
    [InlineData("letters", "[", "'letters': expected a JSON array of strings, found: ")]
    public void Metadata_without_the_lists_is_refused(string name, string value, string expected)
    {
        string message = Assert.Throws<WeightsException>(() => Vocabulary.Read(new Dictionary<string, string> { [name] = value })).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }
}
