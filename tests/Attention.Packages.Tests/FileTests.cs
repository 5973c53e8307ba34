using Xunit;

namespace Attention.Packages.Tests;

/// <summary>A program that is one file, without a project.</summary>
public sealed class FileTests(Workspace workspace)
{
    /// <summary>It runs, and is published as one native file, for which the package chooses instructions.</summary>
    [Fact]
    public void RunsAndIsPublished()
    {
        workspace.Write("File/app.cs", $"#:package AttentionDsl@{workspace.Version}\n\n{Embedder.Program}");
        Embedder.AssertPrinted(workspace.Verb("File", ["run", "app.cs", "--", .. Embedder.Arguments]));

        Ended published = workspace.Build("File", "publish", "app.cs", "-o", "out");
        Packs.SkipIfMissing(published);
        Packs.SkipIfNoLinker(published);
        Assert.Empty(published.Succeeded().Findings);
        Assert.Contains("AttentionDsl: app is compiled for x86-64-v3 and does not start on processors without AVX2 and FMA", published.Output, StringComparison.Ordinal);
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.Fma.IsSupported && System.Runtime.Intrinsics.X86.Avx2.IsSupported, "The program is for AVX2.");
        Assert.Equal(".NET 10, Avx2", Embedder.AssertPrinted(workspace.Run("File", "app", Embedder.Arguments)));
    }
}
