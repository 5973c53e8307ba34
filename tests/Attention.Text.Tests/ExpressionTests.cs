using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Attention.Text.Tests;

public class ExpressionTests
{
    private const string Few = "aaabbcdxyHhEeLlOokKſ 1234\n\r\t'A-]";

    public static TheoryData<string> Patterns =>
    [
        Expressions.Gpt2, Expressions.Llama3, Expressions.Qwen2, Expressions.O200k, Expressions.Cl100k, Expressions.DeepSeek, Expressions.Bloom, @"\p{N}{1,3}(?=(?:\p{N}{3})*(?:\P{N}|$))", @"\d{1,3}(?=(?:\d{3})*\b)".Replace(@"\b", @"(?!\d)"),
        @"\s+$", "[一-龥ࠀ-一가-퟿]+", @"\w+|[^\w\s]+", @"a*b|a|\s", "(ab|a)(bc|c)?", @"\P{L}", @"[^\S\n]+|\n", "a{2}|b{2,}|c{,2}d", "(?:a|ab)(?:c|bcd)(?:d*)", @"[\p{L}&&[^a-z]]+",
        @"x*?y|.", "(?i:hello|k|S)+", @"^\s|\s^|.$", @"\A.|.\z", @"\u0041|\x41|\x{1F600}|\t", "[a-c-]|[]x]".Replace("[]x]", @"[\]x]"), @"(?:\r\n|\n)+", @"[\r\n]",
        @"\s?[!-/:-~！-／：-～‘-‟　-。]+", @"\s?\p{L}+", @"\p{^L}+", "[^a]", @"[\w]+", @"[^\w]", @"\W", @"[\W]+",
    ];

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Pieces_are_the_references(string expression)
    {
        foreach (string behavior in (string[])["Isolated", "Removed"])
        {
            var split = new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = expression }, ["behavior"] = behavior, ["invert"] = behavior == "Removed" };
            using Comparison comparison = Comparison.OfPieces(split.ToJsonString());
            comparison.AssertSame(HostileText.Lines(2000, 8).Concat(Letters(500)), decodes: false);
        }
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    [InlineData(@"(?:a+b?)+c|a")]
    [InlineData(@"(?:a|aa)+b|[ab]")]
    [InlineData(@"(?:a*b)*c|(?:aa)+|b")]
    [InlineData(@"(?:(?:a|b)*c?d)+x|a+|b")]
    public void Marks_change_no_match(string pattern)
    {
        var expression = new Expression(pattern);
        foreach (string text in Letters(2000)) Assert.Equal(Matches(expression, text, false), Matches(expression, text, true));
    }

    [Theory]
    [InlineData(@"(?:a+b?)+c|a")]
    [InlineData(@"(?:a|aa)+b|[ab]")]
    [InlineData(@"(?:a*b)*c|(?:aa)+|b")]
    [InlineData(@"(?:(?:a|b)*c?d)+x|a+|b")]
    [InlineData(@"a(?=(?:a|b)*c)|b(?!b*a+)")]
    public void What_goes_back_far_matches_as_NETs(string pattern)
    {
        var expression = new Expression(pattern);
        foreach (string text in Letters(3000)) Assert.Equal([.. Regex.Matches(text, pattern).Select(match => (match.Index, match.Index + match.Length))], Matches(expression, text, true));
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    [InlineData(@"(?:a+b?)+c|a")]
    [InlineData(@"(?:a|aa)+b|[ab]")]
    [InlineData(@"a*b|a")]
    [InlineData(@"\s*\n|x")]
    public void The_cost_grows_with_the_text_alone(string pattern)
    {
        var expression = new Expression(pattern);
        foreach (string unit in (string[])["a", " ", "!", "\n", "1", "\U0001F600", "ab", "'", "a ", "\u0301", "aA"])
        {
            string text = string.Concat(Enumerable.Repeat(unit, 100_000 / unit.Length));
            var search = new ExpressionSearch(expression, text);
            for (int from = 0; search.Find(from, out _, out int end); from = end) { }
            Assert.InRange(search.Cost, 0, 200L * text.Length);
            search.Dispose();
        }
    }

    [Theory]
    [InlineData("(", "not closed")]
    [InlineData(")", "closes nothing")]
    [InlineData("[a", "not closed")]
    [InlineData("[]", "empty")]
    [InlineData("[z-a]", "before it begins")]
    [InlineData("a**b\\", "at the end")]
    [InlineData("*", "nothing to repeat")]
    [InlineData("a{3,2}", "from 3 to 2")]
    [InlineData("a{5000}", "repetitions")]
    [InlineData("(?<=a)b", "group is not known")]
    [InlineData(@"\bx", @"'\b' is not known")]
    [InlineData(@"\p{Han}", "'Han' is not known")]
    [InlineData(@"\p{L", "property")]
    [InlineData("a*", "empty text")]
    [InlineData("(?:a*)*b", "may be empty")]
    [InlineData("(?:ab)++", "possessively")]
    [InlineData("(?i:stone)", "also one sign")]
    [InlineData("(?i:é)", "beyond ASCII")]
    [InlineData("[[:alpha:]]", "[:alpha:]")]
    [InlineData("a{1,3}+", "different things")]
    public void What_is_not_known_is_refused(string pattern, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => new Expression(pattern)).Message);

    private static List<(int, int)> Matches(Expression expression, string text, bool keepsMarks)
    {
        var found = new List<(int, int)>();
        var search = new ExpressionSearch(expression, text, keepsMarks);
        for (int from = 0; search.Find(from, out int start, out int end); from = end) found.Add((start, end));
        search.Dispose();
        return found;
    }

    /// <summary>Texts of few letters, in which expressions go back.</summary>
    private static IEnumerable<string> Letters(int count)
    {
        var random = new Random(9);
        for (int i = 0; i < count; i++) yield return new([.. Enumerable.Range(0, random.Next(40)).Select(_ => Few[random.Next(Few.Length)])]);
    }
}
