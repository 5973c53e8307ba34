using Xunit;

namespace Attention.Packages.Tests;

/// <summary>What the SDK restores by itself for some builds, and a package source may lack.</summary>
internal static class Packs
{
    /// <summary>Skips the test where a build ended because a pack of Microsoft's is not to be had.</summary>
    public static void SkipIfMissing(Ended built) => Assert.SkipWhen(
        built.Code != 0 && built.Findings.FirstOrDefault(line => line.Contains("error NU1101", StringComparison.Ordinal) || line.Contains("error NU1102", StringComparison.Ordinal)) is string line
            && (line.Contains("Microsoft.NETCore.App.", StringComparison.Ordinal) || line.Contains("Microsoft.AspNetCore.App.", StringComparison.Ordinal) || line.Contains("ILCompiler", StringComparison.Ordinal) || line.Contains("ILLink", StringComparison.Ordinal)),
        $"No package source has a pack that the SDK asks for: {string.Join(" ", built.Findings.Take(1))}");

    /// <summary>Skips the test where Native AOT finds no linker.</summary>
    public static void SkipIfNoLinker(Ended built) => Assert.SkipWhen(
        built.Code != 0 && built.Output.Contains("Platform linker", StringComparison.Ordinal), "Native AOT needs clang or gcc to link.");
}
