using System.Text.Json.Nodes;
using Xunit;

namespace Attention.Text.Tests;

public class AddedTokenTests
{
    private static readonly string[] Contents =
        ["<a>", "<A>", "word", "Word", " two words ", "é", "e\u0301", "  ", "\t", "##", "aa", "aaa", "ab", "日本", "\U0001F600", "<a><a>", "_x_", "1", ".", "'s", "ſ", "ÅB", "\n\n", "X Y"];

    [Theory]
    [InlineData(null)]
    [InlineData("""{"type":"Lowercase"}""")]
    [InlineData("""{"type":"NFC"}""")]
    [InlineData("""{"type":"NFKC"}""")]
    [InlineData("""{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}""")]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"Strip","strip_left":true,"strip_right":true},{"type":"Prepend","prepend":"x"}]}""")]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}""")]
    public void They_are_found_as_the_reference_finds_them(string? normalizer)
    {
        var random = new Random(11);
        for (int round = 0; round < 15; round++)
        {
            JsonNode json = JsonNode.Parse(Oracle.JsonOfBytes(normalizer, """{"type":"WhitespaceSplit"}""", Oracle.Mark))!;
            string[] contents = [.. Contents.OrderBy(_ => random.Next()).Take(8)];
            bool Maybe() => random.Next(3) == 0;
            json["added_tokens"] = new JsonArray([.. contents.Select((content, index) =>
            {
                bool left = Maybe(), right = Maybe();
                // The reference panics where a token of white space that takes white space before it alone follows one that has taken it,
                // and where a token is normalised to nothing.
                bool space = string.IsNullOrWhiteSpace(content);
                return ByteRanks.Added(content, 256 + index, left, right || (space && left), Maybe(), Maybe() && !space, Maybe());
            })]);
            using var comparison = new Comparison(json.ToJsonString());
            comparison.AssertSame(HostileText.Lines(100, 100 + round, contents).Concat(Mixed(random, contents)), decodes: true);
        }
    }

    /// <summary>Tokens that touch one another, words and spaces.</summary>
    private static IEnumerable<string> Mixed(Random random, string[] contents)
    {
        string[] between = ["", "", " ", "  ", "\t", "\n", "a", "B", "_", "1", "é", "日", ".", "\u00A0", "\u0301", "\u200D"];
        for (int i = 0; i < 200; i++)
            yield return string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => between[random.Next(between.Length)] + contents[random.Next(contents.Length)])) + between[random.Next(between.Length)];
    }
}
