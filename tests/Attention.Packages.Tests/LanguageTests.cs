using Xunit;

namespace Attention.Packages.Tests;

/// <summary>Projects that cannot declare a model: each is told so once, and nothing else.</summary>
public sealed class LanguageTests(Workspace workspace)
{
    [Fact]
    public void OldLangVersion()
    {
        workspace.Add("Old", Embedder.Program.Replace("MiniLm;", "MiniLm { }", StringComparison.Ordinal).Replace("[.. args.Skip(2).Select(int.Parse)]", "args.Skip(2).Select(int.Parse).ToArray()", StringComparison.Ordinal),
            "<LangVersion>10</LangVersion>", workspace.Reference);
        string finding = Assert.Single(workspace.Build("Old").Findings);
        Assert.Contains("Program.cs(10,2): error ATTN018: The code of model 'MiniLm' is C# 12, but the project is compiled as C# 10", finding, StringComparison.Ordinal);
    }

    [Fact]
    public void NetStandard()
    {
        workspace.Add("Standard", Embedder.Model, "<OutputType>Library</OutputType><TargetFramework>netstandard2.0</TargetFramework>", workspace.Reference);
        string[] finding = workspace.Build("Standard").Findings;
        Assert.Contains($"error NU1202: Package AttentionDsl {workspace.Version} is not compatible with netstandard2.0", finding[0], StringComparison.Ordinal);
        Assert.All(finding, line => Assert.Contains("error NU1202: ", line, StringComparison.Ordinal)); // what it is compatible with
    }

    [Theory]
    [InlineData("F#", "fs", "fsproj", "printfn \"Built.\"")]
    [InlineData("VB", "vb", "vbproj", "Module Program\nSub Main()\nEnd Sub\nEnd Module")]
    public void AnotherLanguage(string language, string file, string project, string source)
    {
        string name = "Other" + file;
        workspace.Write($"{name}/Program.{file}", source);
        workspace.Write($"{name}/{name}.{project}", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
              </PropertyGroup>
              <ItemGroup>
                <Compile Include="Program.{file}" Condition="'{file}' == 'fs'" />
                {workspace.Reference}
              </ItemGroup>
            </Project>
            """);
        string finding = Assert.Single(workspace.Build(name).Succeeded().Findings);
        Assert.Contains($"warning ATTN101: AttentionDsl compiles models that are declared in C#, not in {language}", finding, StringComparison.Ordinal);
    }
}
