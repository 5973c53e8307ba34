using Attention.Tests.Diagnostics;
using Xunit;

namespace Attention.Packages.Tests;

/// <summary>Programs for systems that this one is not: <c>bench/run elsewhere</c> runs them.</summary>
public sealed class PublishTests(Workspace workspace)
{
    [Theory]
    [InlineData("win-x64", "Embedder.exe")]
    [InlineData("linux-arm64", "Embedder")]
    [InlineData("linux-musl-x64", "Embedder")]
    public void WithARuntimeOfItsOwn(string identifier, string program)
    {
        string name = $"Published/{identifier}/Embedder";
        workspace.Add(name, Embedder.Program, items: workspace.Reference);
        Ended published = workspace.Build(name, "publish", "-r", identifier, "--self-contained", "-o", "out");
        Packs.SkipIfMissing(published);
        Assert.Empty(published.Succeeded().Findings);
        foreach (string file in new[] { program, "Embedder.dll", "Attention.Dsl.dll", "Attention.Runtime.dll", "System.Private.CoreLib.dll" })
            Assert.True(File.Exists(workspace.PathOf(name, "out", file)), file);
    }

    /// <summary>
    /// What the libraries themselves restore for such a program, whose options the command line gives to all projects: nothing of
    /// the system, which a feed may lack for a framework that the program does not have.
    /// </summary>
    [Theory]
    [InlineData("Attention.Dsl", "net9.0")]
    [InlineData("Attention.Runtime", "net9.0")]
    [InlineData("Attention.Runtime", "net10.0")]
    public void LibrariesAskForNoPacks(string project, string framework)
    {
        Ended asked = workspace.Build("", "msbuild", Repository.PathOf("src", project), "-t:CollectPackageDownloads", "-getItem:PackageDownload",
            $"-p:TargetFramework={framework}", "-p:RuntimeIdentifier=linux-arm64", "-p:SelfContained=true", "-p:PublishAot=true", "-p:PublishTrimmed=true", "-p:PublishReadyToRun=true");
        Assert.Contains("PackageDownload", asked.Succeeded().Output, StringComparison.Ordinal);
        Assert.DoesNotContain("linux-arm64", asked.Output, StringComparison.Ordinal);
    }
}
