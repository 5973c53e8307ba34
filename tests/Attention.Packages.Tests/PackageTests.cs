using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using Attention.Tests.Diagnostics;
using Xunit;

namespace Attention.Packages.Tests;

/// <summary>What is packed.</summary>
public sealed class PackageTests(Workspace workspace)
{
    private static readonly string[] s_libraries =
    [
        "lib/net10.0/Attention.Dsl.dll", "lib/net10.0/Attention.Dsl.xml", "lib/net10.0/Attention.Runtime.dll", "lib/net10.0/Attention.Runtime.xml",
        "lib/net9.0/Attention.Dsl.dll", "lib/net9.0/Attention.Dsl.xml", "lib/net9.0/Attention.Runtime.dll", "lib/net9.0/Attention.Runtime.xml",
    ];

    [Fact]
    public void IsPackedWithoutAWarning()
    {
        Assert.SkipWhen(workspace.Packed.Length == 0, "ATTENTION_PACKAGES names packages that are packed already.");
        Assert.Empty(workspace.Packed.SelectMany(packed => packed.Findings));
    }

    [Fact]
    public void HasAllThatAProjectNeeds() => Assert.Equal(
        ["README.md", "analyzers/dotnet/cs/Attention.Generator.dll", "buildTransitive/net9.0/AttentionDsl.targets", "icon.png", .. s_libraries],
        FilesOf("nupkg").Where(file => !file.Contains("[Content_Types]", StringComparison.Ordinal) && !file.StartsWith("_rels/", StringComparison.Ordinal) && !file.StartsWith("package/", StringComparison.Ordinal) && !file.EndsWith(".nuspec", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void HasSymbols() => Assert.Equal(
        s_libraries.Where(file => file.EndsWith(".dll", StringComparison.Ordinal)).Select(file => Path.ChangeExtension(file, ".pdb")),
        FilesOf("snupkg").Where(file => file.EndsWith(".pdb", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void TellsWhatItIs()
    {
        string nuspec = Encoding.UTF8.GetString(Read("nupkg", "AttentionDsl.nuspec"));
        Assert.Contains($"<version>{workspace.Version}</version>", nuspec, StringComparison.Ordinal);
        Assert.Contains("<license type=\"expression\">MIT</license>", nuspec, StringComparison.Ordinal);
        Assert.Contains("<icon>icon.png</icon>", nuspec, StringComparison.Ordinal);
        Assert.Contains("<readme>README.md</readme>", nuspec, StringComparison.Ordinal);
        Assert.DoesNotContain("<dependency ", nuspec, StringComparison.Ordinal);
        Assert.DoesNotContain("<developmentDependency>", nuspec, StringComparison.Ordinal);
    }

    /// <summary>As UTF-8 and as UTF-16.</summary>
    [Fact]
    public void NamesNoPathOfTheMachine()
    {
        foreach (string package in new[] { "nupkg", "snupkg" })
        {
            foreach (string file in FilesOf(package))
            {
                byte[] bytes = Read(package, file);
                foreach (string path in new[] { Repository.PathOf(), workspace.PathOf(), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) }.Select(path => path.TrimEnd('/', '\\') + Path.DirectorySeparatorChar).Where(path => path.Length > 1))
                {
                    foreach (Encoding encoding in new[] { Encoding.UTF8, Encoding.Unicode })
                        Assert.True(bytes.AsSpan().IndexOf(encoding.GetBytes(path)) < 0, $"{file} in the {package} holds {path}");
                }
            }
        }
    }

    /// <summary>An editor takes a new generator only for a new version of its assembly, which no two packages share.</summary>
    [Fact]
    public void GeneratorHasAVersionOfItsOwn()
    {
        using var reader = new PEReader(new MemoryStream(Read("nupkg", "analyzers/dotnet/cs/Attention.Generator.dll")));
        Version version = reader.GetMetadataReader().GetAssemblyDefinition().Version;
        Assert.StartsWith($"{version.Major}.{version.Minor}.{version.Build}", workspace.Version, StringComparison.Ordinal);
        Assert.NotEqual(0, version.Revision);
    }

    private string[] FilesOf(string package)
    {
        using ZipArchive archive = Open(package);
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    private byte[] Read(string package, string file)
    {
        using ZipArchive archive = Open(package);
        using Stream stream = archive.GetEntry(file)!.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private ZipArchive Open(string package) => ZipFile.OpenRead(Path.Combine(workspace.Feed, $"AttentionDsl.{workspace.Version}.{package}"));
}
