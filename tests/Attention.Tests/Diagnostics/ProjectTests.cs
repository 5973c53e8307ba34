using Attention.Tests.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>What the project around a sound model says: which C# it is, and whether it is optimized.</summary>
public sealed class ProjectTests
{
    private const string Model = "using Attention.Dsl; [{|ATTN018:AttentionModel|}, Encoder(1, 8), Embedding(9, 5), SelfAttention(2)] public sealed partial class {|ATTN019:Model|} { }";
    private const string Usage = "internal static class Usage { public static int Run() { using (Model model = Model.Load(\"weights\")) using (Model.Session session = model.CreateSession()) return session.Forward(new[] { 1 }).Count; } }";

    /// <summary>The one finding, and a stub that the old compiler takes.</summary>
    [Theory]
    [InlineData(LanguageVersion.CSharp11)]
    [InlineData(LanguageVersion.CSharp10)]
    [InlineData(LanguageVersion.CSharp9)]
    [InlineData(LanguageVersion.CSharp8)]
    public async Task OldLanguage(LanguageVersion version)
    {
        Analysis analysis = await Analysis.Of(Compile(version, OptimizationLevel.Release));
        Assert.Equal(["ATTN018"], analysis.Findings.Select(finding => finding.Id));
        Assert.Equal("AttentionModel", TextOf(analysis.Findings[0]));
        Assert.Empty(analysis.Errors);
        Assert.Empty(analysis.InGenerated);
    }

    /// <summary>Before C# 8 not even a stub could be written: the finding beside what the compiler says of its absence.</summary>
    [Fact]
    public async Task OldestLanguage()
    {
        Analysis analysis = await Analysis.Of(Compile(LanguageVersion.CSharp7_3, OptimizationLevel.Release));
        Assert.Equal(["ATTN018"], analysis.Findings.Select(finding => finding.Id));
        Assert.Empty(analysis.InGenerated);
    }

    /// <summary>The oldest that will do, for the surface and every kernel.</summary>
    [Fact]
    public async Task NewEnoughLanguage()
    {
        Analysis analysis = await Analysis.Of(Compile(LanguageVersion.CSharp12, OptimizationLevel.Release));
        Assert.Empty(analysis.Findings);
        Assert.Empty(analysis.Run.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
    }

    [Fact]
    public async Task NotOptimized()
    {
        Diagnostic finding = Assert.Single((await Analysis.Of(Compile(LanguageVersion.Latest, OptimizationLevel.Debug))).Findings);
        Assert.Equal(("ATTN019", DiagnosticSeverity.Info, "Model"), (finding.Id, finding.Severity, TextOf(finding)));
    }

    private static string TextOf(Diagnostic finding) => finding.Location.SourceTree!.ToString().Substring(finding.Location.SourceSpan.Start, finding.Location.SourceSpan.Length);

    private static CSharpCompilation Compile(LanguageVersion version, OptimizationLevel optimization)
    {
        CSharpCompilation compilation = GeneratorRun.Compile(Analysis.Unmarked(Model), Usage);
        SyntaxTree[] trees = [.. compilation.SyntaxTrees.Select(tree => tree.WithRootAndOptions(tree.GetRoot(), ((CSharpParseOptions)tree.Options).WithLanguageVersion(version)))];
        return compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(trees).WithOptions(compilation.Options.WithOptimizationLevel(optimization).WithNullableContextOptions(version < LanguageVersion.CSharp8 ? NullableContextOptions.Disable : NullableContextOptions.Enable));
    }
}
