using Attention.Tests.Diagnostics;
using Xunit;

namespace Attention.Packages.Tests;

/// <summary>Programs with the package, built without a warning and run.</summary>
public sealed class ConsumerTests(Workspace workspace)
{
    [Fact]
    public void Net10() => Runs("net10.0", "", "Embedder10.dll");

    /// <summary>With a runtime of its own, which no machine that builds needs to have.</summary>
    [Fact]
    public void Net9() => Runs("net9.0", "<RuntimeIdentifier>linux-x64</RuntimeIdentifier><SelfContained>true</SelfContained>", "Embedder9");

    /// <summary>The SDK of .NET 10 is told of the packs that it does not know yet.</summary>
    [Fact]
    public void Net11() => Runs("net11.0", """
        <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
        <SelfContained>true</SelfContained>
        </PropertyGroup>
        <PropertyGroup Condition="$([MSBuild]::VersionLessThan('$(NETCoreSdkVersion)', '11.0'))">
        <NETCoreAppMaximumVersion>11.0</NETCoreAppMaximumVersion>
        <AllowMissingPrunePackageData>true</AllowMissingPrunePackageData>
        <EnablePreviewFeatures>true</EnablePreviewFeatures>
        """, "Embedder11", """
        </ItemGroup>
        <ItemGroup Condition="$([MSBuild]::VersionLessThan('$(NETCoreSdkVersion)', '11.0'))">
        <KnownFrameworkReference Include="Microsoft.NETCore.App" TargetFramework="net11.0" RuntimeFrameworkName="Microsoft.NETCore.App" DefaultRuntimeFrameworkVersion="11.0.0" LatestRuntimeFrameworkVersion="11.0.0" TargetingPackName="Microsoft.NETCore.App.Ref" TargetingPackVersion="11.0.0" RuntimePackNamePatterns="Microsoft.NETCore.App.Runtime.**RID**" RuntimePackRuntimeIdentifiers="linux-x64" IsTrimmable="true" />
        <KnownAppHostPack Include="Microsoft.NETCore.App" TargetFramework="net11.0" AppHostPackNamePattern="Microsoft.NETCore.App.Host.**RID**" AppHostPackVersion="11.0.0" AppHostRuntimeIdentifiers="linux-x64" />
        """);

    private void Runs(string framework, string properties, string program, string items = "")
    {
        string name = Path.GetFileNameWithoutExtension(program);
        Assert.SkipUnless(properties.Length == 0 || (OperatingSystem.IsLinux() && System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64), "The project names linux-x64.");
        workspace.Add(name, Embedder.Program, $"<TargetFramework>{framework}</TargetFramework>{properties}", workspace.Reference + items);
        Ended built = workspace.Build(name);
        Packs.SkipIfMissing(built);
        Assert.Empty(built.Succeeded().Findings);
        Assert.StartsWith($".NET {framework[3..^2]}, ", Embedder.AssertPrinted(workspace.Run(name, program, Embedder.Arguments)), StringComparison.Ordinal);
    }

    /// <summary>The program on the package's page.</summary>
    [Fact]
    public void ThePageCompiles()
    {
        string page = Repository.Read("src", "AttentionDsl", "README.md");
        workspace.Add("Page", page.Split("```csharp\n")[1].Split("```")[0], items: workspace.Reference);
        Assert.Empty(workspace.Build("Page").Succeeded().Findings);
    }

    /// <summary>A friend sees the other's kernels too; both have a model of the same name.</summary>
    [Fact]
    public void FriendsHaveModelsOfOneName()
    {
        const string model = "internal partial class Program { [Attention.Dsl.AttentionModel, Attention.Dsl.Encoder(0, 4), Attention.Dsl.Embedding(5, 3)] internal sealed partial class Tiny; }";
        const string program = "Console.WriteLine(typeof(Tiny).Assembly.GetName().Name);\n" + model;
        workspace.Add("Shop", program, items: workspace.Reference + """<InternalsVisibleTo Include="Shop.Tests" />""");
        workspace.Add("Shop.Tests", program, items: """<ProjectReference Include="../Shop/Shop.csproj" />""");
        workspace.Build("Shop.Tests").Succeeded();
        Assert.Equal("Shop.Tests", workspace.Run("Shop.Tests", "Shop.Tests.dll").Succeeded().Output.Trim());
    }

    /// <summary>
    /// The files that the README says to read, of a model whose full name is longer than the name of a file may be, in a folder of
    /// the project: what a build finds there from the one before is not compiled beside what it generates.
    /// </summary>
    [Fact]
    public void GeneratedFilesAreWrittenIntoTheProject()
    {
        workspace.Add("Long", """
            Console.WriteLine("Built.");

            namespace Contoso.Enterprise.NaturalLanguageProcessing.CustomerSupportTicketClassificationService.Infrastructure.MachineLearning.TransformerModels
            {
                public static partial class MultilingualSentenceEmbeddingModelRegistryForProduction
                {
                    [Attention.Dsl.AttentionModel, Attention.Dsl.Encoder(0, 4), Attention.Dsl.Embedding(5, 3)]
                    public sealed partial class ParaphraseMultilingualMiniLanguageModelL12Version2;
                }
            }
            """, "<EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles><CompilerGeneratedFilesOutputPath>Generated</CompilerGeneratedFilesOutputPath>", workspace.Reference);
        workspace.Build("Long").Succeeded();
        string[] files = [.. Directory.EnumerateFiles(workspace.PathOf("Long", "Generated"), "Contoso.*.g.cs", SearchOption.AllDirectories).Select(path => Path.GetFileName(path))];
        foreach (string kernels in new[] { "Avx512", "Avx2", "Vectors128" })
            Assert.Single(files, file => file.EndsWith($"-{kernels}.g.cs", StringComparison.Ordinal));
        Assert.All(files, file => Assert.InRange(file.Length, 1, 100));
        Assert.Empty(workspace.Build("Long", "build", "--no-restore", "--no-incremental").Succeeded().Findings);
    }

    /// <summary>A runtime in which nothing else is where the model's code looks for it.</summary>
    [Fact]
    public void AnotherVersionIsTold()
    {
        workspace.Add("Versions", $$"""
            using Attention.Dsl;

            try
            {
                using MiniLm model = MiniLm.Load("missing.safetensors");
            }
            catch (InvalidOperationException e)
            {
                Console.WriteLine(e.Message);
            }

            {{Embedder.Model}}
            """, items: workspace.Reference);
        workspace.Build("Versions").Succeeded();
        string sources = string.Concat(new[] { "ModelVersion.cs", "ProductVersion.cs", "InstructionSet.cs" }.Select(file => $"""<Compile Include="{Repository.PathOf("src", "Attention.Runtime", file)}" />"""));
        workspace.Add("Other", "", "<OutputType>Library</OutputType><AssemblyName>Attention.Runtime</AssemblyName><Version>7.0.1</Version>", sources);
        workspace.Build("Other").Succeeded();
        File.Copy(workspace.PathOf("Other", "bin", "Debug", "net10.0", "Attention.Runtime.dll"), workspace.PathOf("Versions", "bin", "Debug", "net10.0", "Attention.Runtime.dll"), overwrite: true);
        Assert.Equal(
            $"Model 'MiniLm' was compiled by AttentionDsl {workspace.Version}, but this program runs with AttentionDsl 7.0.1. Reference the same version in the model's project and in the program's, and build both again.",
            workspace.Run("Versions", "Versions.dll").Succeeded().Output.Trim());
    }
}
