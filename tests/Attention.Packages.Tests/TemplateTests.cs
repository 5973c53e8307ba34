using System.Globalization;
using Xunit;

namespace Attention.Packages.Tests;

/// <summary>What <c>dotnet new attention-model</c> makes.</summary>
public sealed class TemplateTests(Workspace workspace)
{
    /// <summary>It runs, its test passes, and nothing counts how often the lines of kernels run where coverage is collected.</summary>
    [Fact]
    public void RunsAndIsTested()
    {
        New("Contoso.Search");
        Ended run = workspace.Verb("Templates/Contoso.Search", "run", "--project", "Contoso.Search").Succeeded();
        string[] printed = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["how are threads shared", "who shares the threads", "the sun is warm"], printed.Select(line => line[7..]));
        double[] near = [.. printed.Select(line => double.Parse(line[..6], CultureInfo.InvariantCulture))];
        Assert.Equal(1, near[0]);
        Assert.All(near[1..], value => Assert.InRange(value, -1, 0.999));

        string project = "Templates/Contoso.Search/Contoso.Search.Tests/Contoso.Search.Tests.csproj";
        string text = File.ReadAllText(workspace.PathOf(project));
        workspace.Write(project, text.Replace("<PackageReference Include=\"xunit.v3\"", "<PackageReference Include=\"coverlet.collector\" Version=\"10.0.1\" />\n    <PackageReference Include=\"xunit.v3\"", StringComparison.Ordinal));
        Ended tested = workspace.Verb("Templates/Contoso.Search", "test", "Contoso.Search.Tests", "--collect", "XPlat Code Coverage", "--results-directory", "results").Succeeded();
        Assert.Contains("Passed:     1", tested.Output, StringComparison.Ordinal);
        string coverage = File.ReadAllText(Assert.Single(Directory.EnumerateFiles(workspace.PathOf("Templates", "Contoso.Search", "results"), "coverage.cobertura.xml", SearchOption.AllDirectories)));
        Assert.Contains("Contoso.Search.Models.SentenceEncoder", coverage, StringComparison.Ordinal);
        Assert.DoesNotContain("Attention.Generated", coverage, StringComparison.Ordinal);
    }

    /// <summary>Restoring would find a cycle.</summary>
    [Theory]
    [InlineData("AttentionDsl")]
    [InlineData("AttentionDsl.Text")]
    public void IsNotCalledAsAPackage(string name)
    {
        New(name);
        string finding = Assert.Single(workspace.Build($"Templates/{name}/{name}").Findings);
        Assert.Contains("error : A project cannot be called as a package that it uses", finding, StringComparison.Ordinal);
    }

    /// <summary>What the template replaces by the project's name stands for nothing else, and the package's version is in it.</summary>
    [Fact]
    public void SaysWhatItReplaces()
    {
        New("Contoso.Words");
        foreach (string file in Directory.EnumerateFiles(workspace.PathOf("Templates", "Contoso.Words"), "*.cs*", SearchOption.AllDirectories))
            Assert.DoesNotContain("Encoder1", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Contains(workspace.ReferenceTo("AttentionDsl.Text"), File.ReadAllText(workspace.PathOf("Templates", "Contoso.Words", "Contoso.Words.Models", "Contoso.Words.Models.csproj")), StringComparison.Ordinal);
    }

    /// <summary>By templates that are this test's alone.</summary>
    private void New(string name)
    {
        string[] hive = ["--debug:custom-hive", workspace.PathOf("hive-" + name)];
        Directory.CreateDirectory(workspace.PathOf("Templates"));
        workspace.Verb("Templates", ["new", "install", Path.Combine(workspace.Feed, $"AttentionDsl.Templates.{workspace.Version}.nupkg"), .. hive]).Succeeded();
        workspace.Verb("Templates", ["new", "attention-model", "-n", name, .. hive]).Succeeded();
    }
}
