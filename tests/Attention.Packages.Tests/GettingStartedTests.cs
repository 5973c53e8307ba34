using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Attention.Tests;
using Attention.Tests.Diagnostics;
using Attention.Tests.Models;
using Attention.Tool.Tests;
using Xunit;

namespace Attention.Packages.Tests;

/// <summary>docs/getting-started.md, as somebody follows it who has never seen the repository.</summary>
public sealed partial class GettingStartedTests(Workspace workspace)
{
    private const string Folder = "Start";

    /// <summary>
    /// Files that the page says to write are written, files that it shows are compared, commands are run in an empty folder, and what
    /// they print has the page's lines. Packages come from the feed, the model from a server that plays the hub.
    /// </summary>
    [Fact]
    public void ThePageDoesWhatItSays()
    {
        using var hub = new FakeHub();
        foreach ((string name, byte[] content) in workspace.MiniLm.Files())
            hub.Files[name] = content;
        (string, string)[] variables = [("HF_ENDPOINT", hub.Endpoint), ("HF_HUB_CACHE", workspace.PathOf("hub")), ("HF_HUB_OFFLINE", ""), ("HF_TOKEN", ""), ("DOTNET_CLI_HOME", workspace.PathOf("home"))];
        var watch = Stopwatch.StartNew();
        var runs = new List<string[]>();
        foreach (Match block in Blocks().Matches(Repository.Read("docs", "getting-started.md")))
        {
            string text = block.Groups["text"].Value, file = Path.Combine(Folder, block.Groups["file"].Value);
            if (block.Groups["language"].Value == "console")
                Follow(text, variables, runs);
            else if (block.Groups["write"].Success)
                workspace.Write(file, text);
            else
                Assert.Equal(text, File.ReadAllText(workspace.PathOf(file)).ReplaceLineEndings("\n"));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{watch.Elapsed.TotalSeconds:F1} s for the whole page");
        Assert.Equal(2, runs.Count);

        string? path = SharedModels.Find("minilm/golden.safetensors");
        Assert.SkipUnless(path is not null, "The folder shared/models is not here: the cosines were held against the page alone.");
        var golden = new GoldenFile(Path.ChangeExtension(path, null));
        float[][] embeddings = [.. Enumerable.Range(0, 3).Select(i => golden.Floats($"{i}.embedding"))];
        double[] cosines = [Cosine(embeddings[0], embeddings[1]), Cosine(embeddings[0], embeddings[2]), Cosine(embeddings[1], embeddings[2])];
        foreach (string[] printed in runs)
            Assert.All(cosines.Zip(printed[^3..]), pair => Assert.Equal(pair.First, double.Parse(pair.Second, CultureInfo.InvariantCulture), 1e-5));
    }

    /// <summary>What the page says to pack is what is packed here, and what it says to add is among that.</summary>
    [Fact]
    public void ThePagePacksWhatItNeeds()
    {
        string page = Repository.Read("docs", "getting-started.md");
        Assert.Contains($"dotnet pack {Workspace.Packing} -c Release -o ~/attention-feed\n", page, StringComparison.Ordinal);
        string[] added = [.. Added().Matches(page).Select(match => match.Groups["package"].Value)];
        Assert.Equal(["AttentionDsl.Models", "AttentionDsl.Tool"], added);
        Assert.All(added, package => Assert.True(File.Exists(Path.Combine(workspace.Feed, $"{package}.{workspace.Version}.nupkg"))));
    }

    /// <summary>Runs the commands of a block, whose lines that are none are printed, in their order; keeps what programs printed.</summary>
    private void Follow(string block, (string, string)[] variables, List<string[]> runs)
    {
        foreach (string step in $"\n{block}".Split("\n$ ", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] lines = step.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var watch = Stopwatch.StartNew();
            string[] printed = workspace.Shell(Folder, lines[0], variables).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            TestContext.Current.TestOutputHelper?.WriteLine($"{watch.Elapsed.TotalSeconds,5:F1} s  {lines[0]}");
            if (lines.Length > 1)
                Assert.Equal(lines[1..], printed);
            if (lines[0] == "dotnet run")
                runs.Add(printed);
        }
    }

    private static double Cosine(float[] a, float[] b)
    {
        double product = 0, squares = 0, others = 0;
        for (int i = 0; i < a.Length; i++)
        {
            product += (double)a[i] * b[i];
            squares += (double)a[i] * a[i];
            others += (double)b[i] * b[i];
        }

        return product / Math.Sqrt(squares * others);
    }

    // A block of C# is a file, which the last words before it name.
    [GeneratedRegex("""(?:(?<write>\bWrite )?`(?<file>\w+\.cs)`[^`\n]*:\n\n)?```(?<language>console|csharp)\n(?<text>.*?)```\n""", RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex("^\\$ dotnet (add package|tool install) (?<package>\\S+)", RegexOptions.Multiline)]
    private static partial Regex Added();
}
