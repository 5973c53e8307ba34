using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Xml.Linq;
using Attention.Tests.Diagnostics;
using Xunit;

namespace Attention.Packages.Tests;

/// <summary>What is packed.</summary>
public sealed class PackageTests(Workspace workspace)
{
    private static readonly string[] s_frameworks = ["net10.0", "net9.0"];

    /// <summary>Each package of libraries, what it is besides, its libraries, and what it depends on; where no version is said, it is the package's own.</summary>
    private static readonly Dictionary<string, (string[] Files, string[] Libraries, string[] Dependencies)> s_packages = new()
    {
        ["AttentionDsl"] = (["analyzers/dotnet/cs/Attention.Generator.dll", "buildTransitive/net9.0/AttentionDsl.targets"], ["Attention.Dsl", "Attention.Runtime"], []),
        ["AttentionDsl.Text"] = ([], ["Attention.Text"], ["AttentionDsl"]),
        ["AttentionDsl.Models"] = ([], ["Attention.Models"], ["AttentionDsl.Text"]),
        ["AttentionDsl.Extensions.AI"] = ([], ["Attention.Extensions.AI"], ["AttentionDsl.Text", "Microsoft.Extensions.AI.Abstractions", "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Logging.Abstractions"]),
    };

    public static TheoryData<string> Packages => [.. s_packages.Keys];

    [Fact]
    public void AllIsPackedWithoutAWarning()
    {
        Assert.SkipWhen(workspace.Packed is null, "ATTENTION_PACKAGES names packages that are packed already.");
        Assert.Empty(workspace.Packed.Findings);
        Assert.Equal(
            s_packages.Keys.Concat(["AttentionDsl.Templates", "AttentionDsl.Tool"]).Select(id => $"{id}.{workspace.Version}.nupkg").Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(workspace.Feed, "*.nupkg").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void HasAllThatAProjectNeeds(string id) => Assert.Equal(
        new[] { "README.md", "icon.png" }.Concat(s_packages[id].Files).Concat(Libraries(id, ".dll", ".xml")).Order(StringComparer.Ordinal),
        Package.Of(workspace, id).Contents);

    [Theory]
    [MemberData(nameof(Packages))]
    public void HasSymbols(string id) => Assert.Equal(Libraries(id, ".pdb"), Package.Of(workspace, id, "snupkg").Contents);

    [Theory]
    [MemberData(nameof(Packages))]
    public void TellsWhatItIs(string id)
    {
        XElement metadata = Package.Of(workspace, id).Metadata();
        Assert.Equal(id, metadata.Element("id")!.Value);
        Assert.Equal(workspace.Version, metadata.Element("version")!.Value);
        Assert.Equal("expression MIT", $"{metadata.Element("license")!.Attribute("type")!.Value} {metadata.Element("license")!.Value}");
        Assert.Equal("icon.png", metadata.Element("icon")!.Value);
        Assert.Equal("README.md", metadata.Element("readme")!.Value);
        Assert.NotEqual("Package Description", metadata.Element("description")!.Value);
        Assert.Null(metadata.Element("developmentDependency"));
    }

    /// <summary>On the others in its own version, with what they bring to a build, the generator among them; on those of others in the versions of the repository.</summary>
    [Theory]
    [MemberData(nameof(Packages))]
    public void DependsOnWhatItUses(string id)
    {
        Dictionary<string, string> versions = XDocument.Load(Repository.PathOf("Directory.Packages.props")).Descendants("PackageVersion").ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);
        XElement[] groups = [.. Package.Of(workspace, id).Metadata().Descendants("group").OrderBy(group => group.Attribute("targetFramework")!.Value, StringComparer.Ordinal)];
        Assert.Equal(s_frameworks, groups.Select(group => group.Attribute("targetFramework")!.Value));
        foreach (XElement group in groups)
        {
            Assert.Equal(
                s_packages[id].Dependencies.Select(name => s_packages.ContainsKey(name) ? $"{name} {workspace.Version} All" : $"{name} {versions[name]} "),
                group.Elements().Select(dependency => $"{dependency.Attribute("id")!.Value} {dependency.Attribute("version")!.Value} {dependency.Attribute("include")?.Value}"));
        }
    }

    /// <summary>As UTF-8 and as UTF-16; tool, templates and symbols too.</summary>
    [Fact]
    public void NoneNamesAPathOfTheMachine()
    {
        string[] paths = [.. new[] { Repository.PathOf(), workspace.PathOf(), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) }.Select(path => path.TrimEnd('/', '\\') + Path.DirectorySeparatorChar).Where(path => path.Length > 1)];
        foreach (string packed in Directory.EnumerateFiles(workspace.Feed, "*.*nupkg"))
        {
            var package = new Package(packed);
            foreach (string file in package.Files)
            {
                byte[] bytes = package.Read(file);
                foreach (string path in paths)
                {
                    foreach (Encoding encoding in new[] { Encoding.UTF8, Encoding.Unicode })
                        Assert.True(bytes.AsSpan().IndexOf(encoding.GetBytes(path)) < 0, $"{file} in {Path.GetFileName(packed)} holds {path}");
                }
            }
        }
    }

    /// <summary>The same sources give the same bytes, which is said in the assembly.</summary>
    [Theory]
    [MemberData(nameof(Packages))]
    public void IsDeterministic(string id)
    {
        Package package = Package.Of(workspace, id);
        foreach (string file in package.Files.Where(file => file.EndsWith(".dll", StringComparison.Ordinal)))
        {
            using var reader = new PEReader(new MemoryStream(package.Read(file)));
            Assert.Contains(reader.ReadDebugDirectory(), entry => entry.Type == DebugDirectoryEntryType.Reproducible);
        }
    }

    /// <summary>An editor takes a new generator only for a new version of its assembly, which no two packages share.</summary>
    [Fact]
    public void GeneratorHasAVersionOfItsOwn()
    {
        using var reader = new PEReader(new MemoryStream(Package.Of(workspace, "AttentionDsl").Read("analyzers/dotnet/cs/Attention.Generator.dll")));
        Version version = reader.GetMetadataReader().GetAssemblyDefinition().Version;
        Assert.StartsWith($"{version.Major}.{version.Minor}.{version.Build}", workspace.Version, StringComparison.Ordinal);
        Assert.NotEqual(0, version.Revision);
    }

    private static IEnumerable<string> Libraries(string id, params string[] endings) =>
        from framework in s_frameworks from library in s_packages[id].Libraries from ending in endings select $"lib/{framework}/{library}{ending}";
}
