using Attention.Tool.Checkpoints;
using Attention.Tool.Scaffolding;
using Xunit;

namespace Attention.Tool.Tests;

public sealed class CommandLineTests
{
    private static readonly string[] s_commands = ["inspect", "rename", "pull", "import", "scaffold", "run", "check", "describe"];

    [Fact]
    public async Task Every_command_has_help_and_json()
    {
        string help = (await Ran.Of("--help")).Output;
        foreach (string command in s_commands)
        {
            Assert.Contains("\n  " + command + " ", help);
            Ran ran = await Ran.Of(command, "--help");
            Assert.Equal(Cli.Done, ran.Code);
            Assert.Contains("--json", ran.Output);
        }
    }

    [Fact]
    public async Task The_page_tells_every_command_and_every_family()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "tool.md"));
        Assert.All(s_commands, command => Assert.Contains($"\n## {command}\n", page));
        Assert.All(Scaffolder.Families, family => Assert.Contains($"`{family}`", page));
    }

    /// <summary>What shells ask for when a word is half typed.</summary>
    [Theory]
    [InlineData("[suggest:2]", "re", "rename")]
    [InlineData("[suggest:11]", "scaffold --", "--pooling")]
    [InlineData("[suggest:19]", "scaffold --pooling ", "mean")]
    public async Task Words_are_completed(string directive, string typed, string expected) =>
        Assert.Contains(expected, (await Ran.Of(directive, typed)).Output.Split('\n'));

    [Theory]
    [InlineData("inspekt", "Unrecognized command or argument 'inspekt'")]
    [InlineData("inspect", "Required argument missing for command: 'inspect'")]
    [InlineData("scaffold . --pooling median", "Argument 'median' not recognized")]
    [InlineData("scaffold . --length 0", "--length is 0; expected at least 1")]
    [InlineData("run . --tokens 1,x", "expected ids of tokens")]
    public async Task A_wrong_command_line_is_one_line_that_ends_with_2(string line, string message)
    {
        using var folder = new TemporaryFolder();
        folder.WriteCheckpoint("model.safetensors", ("a", [1]));
        Assert.Contains(message, await Ran.Failure([.. line.Split(' ').Select(word => word == "." ? folder.Path : word)]));
    }

    [Theory]
    [InlineData("a.json", true)]
    [InlineData("a/b-1_2.c", true)]
    [InlineData(".hidden", true)]
    [InlineData("a/..b", true)]
    [InlineData("ä/中", true)]
    [InlineData("a/NULL.txt", true)]
    [InlineData("a/nul.txt", false)]
    [InlineData("com1", false)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("a/..", false)]
    [InlineData("../a", false)]
    [InlineData("/a", false)]
    [InlineData("a//b", false)]
    [InlineData("a/", false)]
    [InlineData("a\\b", false)]
    [InlineData("C:a", false)]
    [InlineData("a:stream", false)]
    [InlineData("a\0", false)]
    [InlineData("a\u001b[2J", false)]
    [InlineData("a. ", false)]
    [InlineData("a.", false)]
    public void Inner_names_mean_themselves_on_every_system(string name, bool isInner) => Assert.Equal(isInner, InnerPath.IsInner(name));
}
