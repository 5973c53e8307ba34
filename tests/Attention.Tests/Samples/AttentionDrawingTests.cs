using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Pronounce;
using Spectre.Console;
using Xunit;

namespace Attention.Tests.Samples;

public sealed class AttentionDrawingTests
{
    private static readonly AttentionMap s_bough = new(
        "cross-attention",
        ["B", "AW1"],
        ["b", "o", "u", "g", "end"],
        1,
        2,
        [0.96f, 0.04f, 0, 0, 0, 0, 0.30f, 0.60f, 0.10f, 0,
         1.00f, 0.00f, 0, 0, 0, 0, 0.26f, 0.58f, 0.10f, 0.06f]);

    [Fact]
    public void Without_colours_characters_shade_and_the_strongest_is_a_number() => Assert.Equal(
        """
        bough → B AW1, cross-attention, layer 1, mean of 2 heads

              b   o   u   g  end
        B    98   ·   ·   ·   ·
        AW1   ·  ▒▒  59  ░░   ·

        · below 5 %  ░ from 5 %  ▒ from 25 %  ▓ from 50 %  █ from 75 %
        The number is each row's strongest weight, in percent.

        """.ReplaceLineEndings("\n"),
        Draw(new AttentionDrawing("bough → B AW1", s_bough, 0, null)));

    [Fact]
    public void One_head_is_drawn_as_it_is()
    {
        string drawing = Draw(new AttentionDrawing("bough → B AW1", s_bough, 0, 1));
        Assert.StartsWith("bough → B AW1, cross-attention, layer 1, head 2\n", drawing, StringComparison.Ordinal);
        Assert.Contains("\nB    100  ·   ·   ·   ·\nAW1   ·  ▒▒  58  ░░  ░░\n", drawing, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_unicode_the_shades_are_ascii()
    {
        IAnsiConsole console = Console(new StringWriter(), 80, ColorSystemSupport.NoColors);
        console.Profile.Capabilities.Unicode = false;
        console.Write(new AttentionDrawing("bough", s_bough, 0, 1));
        Assert.Contains("\nAW1   .  ++  58  ::  ::\n", Written(console), StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_are_lighter_the_greater_the_weight()
    {
        float[] weights = [0, 0.01f, 0.05f, 0.1f, 0.2f, 0.4f, 0.7f, 1];
        var map = new AttentionMap("a", ["q"], [.. weights.Select((_, i) => $"{i}")], 1, 1, weights);
        string line = Draw(new AttentionDrawing("x", map, 0, 0), 80, ColorSystemSupport.TrueColor).Split('\n').Single(line => line.StartsWith("q ", StringComparison.Ordinal));
        double[] lightness = [.. Regex.Matches(line, @"48;2;(\d+);(\d+);(\d+)m")
            .Select(match => 0.2126 * Channel(match, 1) + 0.7152 * Channel(match, 2) + 0.0722 * Channel(match, 3))];
        Assert.Equal(weights.Length, lightness.Length);
        Assert.Equal(lightness.Order(), lightness);
        Assert.Equal(lightness.Distinct().Count(), lightness.Length);
        Assert.Equal("q" + new string(' ', 22) + "100", WithoutColours(line));
    }

    [Fact]
    public void Too_few_colours_to_shade_with_are_not_used() =>
        Assert.DoesNotContain("\e[48", Draw(new AttentionDrawing("bough", s_bough, 0, 1), 80, ColorSystemSupport.Standard), StringComparison.Ordinal);

    [Fact]
    public void Redirected_output_is_plain_text()
    {
        using var output = new StringWriter { NewLine = "\n" };
        IAnsiConsole console = AttentionDrawing.Console(output, redirected: true);
        console.Write(new AttentionDrawing("[red]x[/]", s_bough, 0, 1));
        Assert.StartsWith("[red]x[/], cross", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output.ToString());
        Assert.Equal(80, console.Profile.Width);
    }

    [Fact]
    public void Keys_that_do_not_fit_go_below()
    {
        string drawing = Draw(new AttentionDrawing("bough", s_bough, 0, 1), width: 18);
        Assert.Contains("\n      b   o   u\nB    100  ·   ·\nAW1   ·  ▒▒  58\n\n      g  end\nB     ·   ·\nAW1  ░░  ░░\n", drawing, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8), InlineData(9), InlineData(17), InlineData(23), InlineData(24), InlineData(40)]
    public void No_line_is_wider_than_the_console(int width)
    {
        foreach (ColorSystemSupport colours in (ColorSystemSupport[])[ColorSystemSupport.NoColors, ColorSystemSupport.TrueColor])
        {
            string[] lines = WithoutColours(Draw(new AttentionDrawing("bough → B AW1", s_bough, 0, 1), width, colours)).Split('\n');
            Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
            Assert.Contains(lines, line => line.StartsWith("AW1 ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_console_too_narrow_for_one_key_says_what_is_needed() => Assert.Equal(
        "x,cross-attention,layer1,head2:needs8columns,found7.",
        Regex.Replace(Draw(new AttentionDrawing("x", s_bough, 0, 1), width: 7), @"\s", ""));

    [Fact]
    public void Labels_do_not_steer_the_terminal()
    {
        var map = new AttentionMap("a\nb", ["\e[31m"], ["\t"], 1, 1, [1]);
        string drawing = Draw(new AttentionDrawing("[bold]\a", map, 0, 0));
        Assert.StartsWith("[bold]\uFFFD, a\uFFFDb, layer 1, head 1\n", drawing, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', drawing);
    }

    private static string Draw(AttentionDrawing drawing, int width = 80, ColorSystemSupport colours = ColorSystemSupport.NoColors)
    {
        IAnsiConsole console = Console(new StringWriter(), width, colours);
        console.Write(drawing);
        return Written(console);
    }

    private static IAnsiConsole Console(StringWriter output, int width, ColorSystemSupport colours)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours == ColorSystemSupport.NoColors ? AnsiSupport.No : AnsiSupport.Yes,
            ColorSystem = colours,
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = width;
        console.Profile.Encoding = Encoding.UTF8;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    private static string Written(IAnsiConsole console) => console.Profile.Out.Writer.ToString()!.ReplaceLineEndings("\n");

    private static int Channel(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static string WithoutColours(string text) => Regex.Replace(text, "\e\\[[0-9;]*m", "");
}
