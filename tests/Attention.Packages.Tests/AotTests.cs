using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Xunit;

namespace Attention.Packages.Tests;

/// <summary>What Native AOT is told to compile for.</summary>
public sealed class AotTests(Workspace workspace)
{
    private const string Project = "<PublishAot>true</PublishAot><RuntimeIdentifier>linux-x64</RuntimeIdentifier>";

    /// <summary>The compiler of .NET 9, which spells levels in a way of its own; a file that is published has the one of .NET 10.</summary>
    [Fact]
    public void Net9()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64 && Fma.IsSupported && Avx2.IsSupported, "The program is for linux-x64 with AVX2.");
        workspace.Add("Aot9", Embedder.Program, "<TargetFramework>net9.0</TargetFramework>" + Project, workspace.Reference);
        Ended published = workspace.Build("Aot9", "publish", "-o", "out");
        Packs.SkipIfMissing(published);
        Packs.SkipIfNoLinker(published);
        Assert.Empty(published.Succeeded().Findings);
        Assert.Contains("AttentionDsl: Aot9 is compiled for x86-x64-v3 and does not start on processors without AVX2 and FMA", published.Output, StringComparison.Ordinal);
        Assert.Equal(".NET 9, Avx2", Embedder.AssertPrinted(workspace.Run("Aot9", "Aot9", Embedder.Arguments)));
    }

    /// <summary>What the compiler is given, or told, for what the project names; without a word where the project decides.</summary>
    [Fact]
    public void InstructionSets()
    {
        workspace.Add("Sets", "", Project, workspace.Reference);
        Ended restored = workspace.Build("Sets", "restore");
        Packs.SkipIfMissing(restored);
        restored.Succeeded();
        foreach ((string properties, string expected) in new[]
        {
            ("", "x86-64-v3"),
            ("-p:TargetFrameworkVersion=v9.0", "x86-x64-v3"),
            ("-p:AttentionInstructionSet=v4", "x86-64-v4"),
            ("-p:AttentionInstructionSet=v5", "error ATTN102: AttentionInstructionSet is 'v5'; expected v3, v4 or none."),
            ("-p:AttentionInstructionSet=none", "warning ATTN103: Without AVX2 in the instruction set that is compiled for ('')"),
            ("-p:IlcInstructionSet=native", "native"),
            ("-p:IlcInstructionSet=sse4.2", "warning ATTN103: Without AVX2 in the instruction set that is compiled for ('sse4.2')"),
            ("-p:RuntimeIdentifier=linux-arm64", ""),
        })
        {
            Ended ended = workspace.Build("Sets", "msbuild", ["-t:AttentionInstructionSet", "-getProperty:IlcInstructionSet", "-p:TreatWarningsAsErrors=false", .. properties.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
            if (expected.Contains("ATTN", StringComparison.Ordinal))
                Assert.Contains(expected, Assert.Single(ended.Findings), StringComparison.Ordinal);
            else
                Assert.Equal(expected, ended.Succeeded().Output.Trim());
        }
    }
}
