using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Attention.Tests.Generator;

/// <summary>
/// The generator's sources go one way: a step knows the steps before it and what all share, and only those at the
/// compiler's edge know the compiler. What a name means is asked of the compiler, so that no way of writing it escapes.
/// </summary>
public sealed class LayeringTests
{
    private const string Shared = "(what all steps share)", Pipeline = "(the pipeline)", Generator = "(the generator)";

    /// <summary>From first to last; what does not know the next is free to know all before it.</summary>
    private static readonly string[] s_order =
        [Shared, "Text", "Reading", "Graph", "Weights", "Planning", "Kernels", "Emit", "Operations", "Passes", "Parts", "Layouts", Pipeline, "Diagnostics", Generator];

    private static readonly string[] s_knowsTheCompiler = ["Reading/", "Diagnostics/", "AttentionGenerator.cs"];

    private static readonly CSharpParseOptions s_parse = new(preprocessorSymbols: ["NETSTANDARD2_0"]);

    private static readonly Lazy<CSharpCompilation> s_generator = new(() => Compile(
        (from path in Directory.EnumerateFiles(Folder(), "*.cs", SearchOption.AllDirectories)
         let relative = Path.GetRelativePath(Folder(), path).Replace('\\', '/')
         where !relative.StartsWith("obj/", StringComparison.Ordinal) && !relative.StartsWith("bin/", StringComparison.Ordinal)
         orderby relative
         select (relative, File.ReadAllText(path)))
        .Concat(
            from linked in XDocument.Load(Path.Combine(Folder(), "Attention.Generator.csproj")).Descendants("Compile")
            select (linked.Attribute("Link")!.Value, File.ReadAllText(Path.Combine(Folder(), linked.Attribute("Include")!.Value))))));

    private static readonly Lazy<Use[]> s_uses = new(() => [.. Uses(s_generator.Value)]);

    [Fact]
    public void EveryFolderIsAStep()
    {
        Assert.DoesNotContain(s_generator.Value.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        string[] steps = [.. s_generator.Value.SyntaxTrees.Select(tree => StepOf(tree.FilePath)).Distinct()];
        Assert.Equal([], steps.Except(s_order));
        Assert.Equal([], s_order.Except(steps));
    }

    [Fact]
    public void NoStepLooksBack() => Assert.Equal([], LooksBack(s_uses.Value));

    [Fact]
    public void OnlyTheEdgeKnowsTheCompiler() => Assert.Equal([], KnowsTheCompiler(s_uses.Value));

    /// <summary>The two searches find what breaks the rules, however it is written.</summary>
    [Fact]
    public void Searches_FindWhatTheyLookFor()
    {
        CSharpCompilation wrong = Compile(
        [
            ("Graph/A.cs", "namespace Attention.Generator.Graph; internal class A { public static int N(Weights.B b) => b.C.D; }"),
            ("Weights/B.cs", "namespace Attention.Generator.Weights; internal class B { public Emit.C C = new(); public Graph.A? Earlier; }"),
            ("Emit/C.cs", "namespace Attention.Generator.Emit; internal class C { public int D; public object L = Microsoft.CodeAnalysis.Location.None; }"),
            ("Reading/R.cs", "using Microsoft.CodeAnalysis; namespace Attention.Generator.Reading; internal class R { public Location L = Location.None; }"),
        ]);
        Assert.DoesNotContain(wrong.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.Equal(
            ["Graph/A.cs(1) names 'B' of Weights", "Graph/A.cs(1) names 'C' of Weights", "Graph/A.cs(1) names 'D' of Emit", "Weights/B.cs(1) names 'C' of Emit"],
            LooksBack(Uses(wrong)).Order(StringComparer.Ordinal));
        Assert.Equal(["Emit/C.cs(1) names 'Location'", "Emit/C.cs(1) names 'None'"], KnowsTheCompiler(Uses(wrong)).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> LooksBack(IEnumerable<Use> uses) =>
        from use in uses
        let declared = use.Symbol.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree.FilePath).FirstOrDefault()
        where declared is not null && Array.IndexOf(s_order, StepOf(declared)) > Array.IndexOf(s_order, StepOf(use.File))
        select $"{use.File}({use.Line}) names '{use.Symbol.Name}' of {StepOf(declared)}";

    private static IEnumerable<string> KnowsTheCompiler(IEnumerable<Use> uses) =>
        from use in uses
        where use.Symbol.ContainingAssembly?.Name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) == true
            && !s_knowsTheCompiler.Any(edge => use.File.StartsWith(edge, StringComparison.Ordinal))
        select $"{use.File}({use.Line}) names '{use.Symbol.Name}'";

    private sealed record Use(string File, int Line, ISymbol Symbol);

    /// <summary>Every name in the sources with what it stands for; namespaces, which no file owns, left out.</summary>
    private static IEnumerable<Use> Uses(CSharpCompilation compilation) =>
        from tree in compilation.SyntaxTrees
        let model = compilation.GetSemanticModel(tree)
        from name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
        let symbol = model.GetSymbolInfo(name).Symbol
        where symbol is not (null or INamespaceSymbol)
        select new Use(tree.FilePath, tree.GetLineSpan(name.Span).StartLinePosition.Line + 1, symbol);

    private static string StepOf(string file) =>
        file.IndexOf('/') is int slash and > 0 ? file[..slash]
        : file == "Pipeline.cs" ? Pipeline
        : file == "AttentionGenerator.cs" ? Generator
        : Shared;

    private static CSharpCompilation Compile(IEnumerable<(string Path, string Text)> sources) => CSharpCompilation.Create(
        "Layers",
        sources.Append(("GlobalUsings.cs", "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading;"))
            .Select(source => CSharpSyntaxTree.ParseText(source.Item2, s_parse, source.Item1)),
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is string name && (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)))
            .Select(path => MetadataReference.CreateFromFile(path)),
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>The generator's sources, found from this file's own place.</summary>
    private static string Folder([CallerFilePath] string here = "")
    {
        for (DirectoryInfo? folder = new FileInfo(here).Directory; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AttentionDsl.sln")))
                return Path.Combine(folder.FullName, "src", "Attention.Generator");
        }

        throw new DirectoryNotFoundException($"No folder above '{here}' holds AttentionDsl.sln; expected the tests to run on the machine that built them, without ContinuousIntegrationBuild or a PathMap.");
    }
}
