using System.Text.Json;
using Xunit;

namespace Attention.Tests.Samples;

/// <summary>The sample as a process: what it prints where, and its exit code.</summary>
public sealed class CommandLineTests
{
    private const string Known = "' - . a b c d e f g h i j k l m n o p q r s t u v w x y z";

    [Fact]
    public void Words_are_answered_in_order_as_they_were_typed() => Assert.Equal(
        (0, "Abbreviate\tAH0 B R IY1 V IY0 EY2 T\nabbott's\tAE1 B AH0 T S\n", ""),
        PronounceSample.Run(["Abbreviate", "abbott's"]));

    [Fact]
    public void Unknown_characters_are_named_and_the_other_words_answered() => Assert.Equal(
        (2, "abbott's\tAE1 B AH0 T S\n", $"pronounce: 'x1': the model does not know the character '1' (U+0031); it knows {Known}\npronounce: '': expected 1 to 31 letters, found 0\n"),
        PronounceSample.Run(["x1", "abbott's", ""]));

    [Fact]
    public void Without_words_they_come_from_standard_input() => Assert.Equal(
        (2, "abbott's\tAE1 B AH0 T S\nABDNOR\tAE1 B D N ER0\n", $"pronounce: '@home': the model does not know the character '@' (U+0040); it knows {Known}\n"),
        PronounceSample.Run([], "abbott's\t@home\r\n\n  ABDNOR"));

    [Fact]
    public void Json_is_an_object_a_line() => Assert.Equal(
        (0, """{"word":"Abbott's","phonemes":["AE1","B","AH0","T","S"]}""" + "\n" + """{"word":"abdnor","phonemes":["AE1","B","D","N","ER0"]}""" + "\n", ""),
        PronounceSample.Run(["--json", "Abbott's", "abdnor"]));

    [Fact]
    public void An_evaluation_prints_one_object()
    {
        (int code, string output, string errors) = PronounceSample.Run(["--evaluate", "--json"], instructionSet: "portable");
        Assert.Equal((0, ""), (code, errors));
        JsonElement report = JsonDocument.Parse(output).RootElement;
        Assert.Equal(
            ["words", "wrong", "wrongWithoutStress", "phonemeErrors", "phonemes", "wordsPerSecond", "isa"],
            report.EnumerateObject().Select(property => property.Name));
        Assert.Equal("portable", report.GetProperty("isa").GetString());
        Assert.Equal(PronounceSample.Reference.Words, report.GetProperty("words").GetInt32());
        Assert.InRange(report.GetProperty("wrong").GetInt32(), PronounceSample.Reference.Wrong - 2, PronounceSample.Reference.Wrong + 2);
        Assert.InRange(report.GetProperty("wordsPerSecond").GetDouble(), 1, 1e6);
    }

    [Fact]
    public void An_evaluation_prints_rates_and_the_counts_behind_them()
    {
        (int code, string output, string errors) = PronounceSample.Run(["--evaluate"]);
        Assert.Equal((0, ""), (code, errors));
        Assert.Matches(
            """
            \Aword error rate      38\.\d\d %  \(\d+ of 6370 words\)
              without stress     32\.\d\d %  \(\d+ of 6370 words\)
            phoneme error rate    8\.2\d %  \(\d+ of 404\d\d phonemes\)
            speed +\d+ words per second, (avx512|avx2|portable)
            \z
            """,
            output);
    }

    [Theory]
    [InlineData("--evalute", "unknown option '--evalute'")]
    [InlineData("hello -x", "unknown option '-x'")]
    [InlineData("--evaluate hello", "--evaluate takes no words, found 'hello'")]
    public void A_wrong_command_line_is_refused(string arguments, string expected)
    {
        (int code, string output, string errors) = PronounceSample.Run(arguments.Split(' '));
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("pronounce: " + expected, errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_word_that_begins_with_a_hyphen_goes_after_two()
    {
        (int code, string output, string errors) = PronounceSample.Run(["--", "-ed", "--json"]);
        Assert.Equal((0, ""), (code, errors));
        Assert.Matches(@"\A-ed\t.+\n--json\t.+\n\z", output);
    }

    [Fact]
    public void An_instruction_set_that_does_not_exist_is_one_line() => Assert.Equal(
        (1, "", "pronounce: The environment variable ATTENTION_ISA is 'sse'; expected avx512, avx2 or portable.\n"),
        PronounceSample.Run(["hello"], instructionSet: "sse"));

    [Fact]
    public void Help_says_what_there_is()
    {
        (int code, string output, string errors) = PronounceSample.Run(["--help"]);
        Assert.Equal((0, ""), (code, errors));
        Assert.All(["<words>", "--evaluate", "--json", "ATTENTION_ISA"], name => Assert.Contains(name, output, StringComparison.Ordinal));
    }
}
