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
        (int code, string output, string errors) = PronounceSample.Run(["--evaluate", "--json", "--beam", "2"], instructionSet: "portable");
        Assert.Equal((0, ""), (code, errors));
        JsonElement report = JsonDocument.Parse(output).RootElement;
        Assert.Equal(["isa", "searches"], report.EnumerateObject().Select(property => property.Name));
        Assert.Equal("portable", report.GetProperty("isa").GetString());
        JsonElement[] searches = [.. report.GetProperty("searches").EnumerateArray()];
        Assert.Equal([1, 2], searches.Select(search => search.GetProperty("beams").GetInt32()));
        Assert.All(searches, search => Assert.Equal(
            ["beams", "words", "wrong", "wrongWithoutStress", "phonemeErrors", "phonemes", "wordsPerSecond"],
            search.EnumerateObject().Select(property => property.Name)));
        Assert.All(searches, search => Assert.Equal(PronounceSample.Reference.Words, search.GetProperty("words").GetInt32()));
        Assert.InRange(searches[0].GetProperty("wrong").GetInt32(), PronounceSample.Reference.Wrong - 2, PronounceSample.Reference.Wrong + 2);
        Assert.InRange(searches[1].GetProperty("wrong").GetInt32(), 1, searches[0].GetProperty("wrong").GetInt32() - 20);
        Assert.All(searches, search => Assert.InRange(search.GetProperty("wordsPerSecond").GetDouble(), 1, 1e6));
    }

    [Fact]
    public void An_evaluation_prints_rates_the_gain_and_the_counts_behind_them()
    {
        (int code, string output, string errors) = PronounceSample.Run(["--evaluate"]);
        Assert.Equal((0, ""), (code, errors));
        Assert.Matches(
            """
            \A                        greedy    beam 5      gain
            word error rate        38\.\d\d %   37\.\d\d %    1\.\d\d %  \(\d+ → \d+ of 6370 words\)
              without stress       32\.\d\d %   31\.\d\d %    1\.\d\d %  \(\d+ → \d+ of 6370 words\)
            phoneme error rate      8\.2\d %    7\.\d\d %    0\.\d\d %  \(\d+ → \d+ of 404\d\d phonemes\)
            words per second +\d+ +\d+  (avx512|avx2|portable)
            \z
            """,
            output);
    }

    [Fact]
    public void The_likeliest_pronunciations_come_with_their_probabilities()
    {
        (int code, string output, string errors) = PronounceSample.Run(["bough", "--n-best", "3"]);
        Assert.Equal((0, ""), (code, errors));
        Assert.Matches(@"\Abough\tB AW1\t0\.45\d\d\nbough\tB AH1 F\t0\.07\d\d\nbough\tB OW1\t0\.06\d\d\n\z", output);

        (code, output, errors) = PronounceSample.Run(["bough", "--n-best", "2", "--json", "--beam", "3"]);
        Assert.Equal((0, ""), (code, errors));
        JsonElement[] ranked = [.. JsonDocument.Parse(output).RootElement.GetProperty("pronunciations").EnumerateArray()];
        Assert.Equal(2, ranked.Length);
        Assert.Equal("AW1", ranked[0].GetProperty("phonemes")[1].GetString());
        Assert.InRange(ranked[0].GetProperty("probability").GetDouble(), 0.45, 0.46);
    }

    [Fact]
    public void Attention_is_drawn_without_colours_into_a_pipe()
    {
        (int code, string output, string errors) = PronounceSample.Run(["--attention", "bough"]);
        Assert.Equal((0, ""), (code, errors));
        Assert.StartsWith("bough → B AW1, cross-attention, mean of 3 layers and 4 heads\n\n      b   o   u   g   h  end\nB    8", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public void Attention_goes_to_a_page()
    {
        string page = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".html");
        try
        {
            Assert.Equal((0, $"bough\tB AW1\t{page}\n", ""), PronounceSample.Run(["--attention-html", page, "bough"]));
            string text = File.ReadAllText(page);
            Assert.Contains("bough → B AW1", text, StringComparison.Ordinal);
            Assert.Contains("decoder self-attention", text, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(page);
        }

        (int code, string output, string errors) = PronounceSample.Run(["--attention-html", Path.Combine(page, "no", "folder.html"), "bough"]);
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("pronounce: ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--evalute", "unknown option '--evalute'")]
    [InlineData("hello -x", "unknown option '-x'")]
    [InlineData("--evaluate hello", "--evaluate takes no words, found 'hello'")]
    [InlineData("--beam 0 hello", "--beam is 0; expected 1 to 32")]
    [InlineData("--beam 33 hello", "--beam is 33; expected 1 to 32")]
    [InlineData("--beam 3 --n-best 4 hello", "--n-best is 4; expected 1 to 3")]
    [InlineData("--n-best 0 hello", "--n-best is 0; expected 1 to 5")]
    [InlineData("--evaluate --attention", "--evaluate goes with --model, --beam and --json only")]
    [InlineData("--attention --json hello", "--attention and --attention-html do not go with --n-best and --json")]
    [InlineData("--attention-html x.html a b", "--attention-html shows one word, found 2")]
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
        (1, "", "pronounce: The environment variable ATTENTION_ISA is 'sse'; expected avx512, avx2, fma128 or portable.\n"),
        PronounceSample.Run(["hello"], instructionSet: "sse"));

    [Fact]
    public void Help_says_what_there_is()
    {
        (int code, string output, string errors) = PronounceSample.Run(["--help"]);
        Assert.Equal((0, ""), (code, errors));
        Assert.All(["<words>", "--beam", "--n-best", "--attention", "--attention-html", "--evaluate", "--json", "ATTENTION_ISA"], name => Assert.Contains(name, output, StringComparison.Ordinal));
    }
}
