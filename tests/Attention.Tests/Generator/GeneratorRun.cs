using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using Attention.Dsl;
using Attention.Generator;
using Attention.Generator.Planning;
using Attention.Generator.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Attention.Tests.Generator;

/// <summary>A compilation of source text in memory, with the generator run over it.</summary>
internal sealed class GeneratorRun
{
    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Append(typeof(EncoderAttribute).Assembly.Location)
            .Append(typeof(SafeTensors).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>
    /// What has no source, and is as strict as a careful user: nullable, checked arithmetic. It is bound once and stays, and so do the
    /// symbols of its references, which all that is made from it shares.
    /// </summary>
    private static readonly CSharpCompilation s_empty = CSharpCompilation.Create(
        "Models",
        references: s_references,
        options: new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, checkOverflow: true,
            nullableContextOptions: NullableContextOptions.Enable, warningLevel: 9999));

    static GeneratorRun() => s_empty.GetSpecialType(SpecialType.System_Object);

    private GeneratorRun(GeneratorDriver driver, Compilation input, Compilation output)
    {
        Driver = driver;
        Input = input;
        Output = output;
    }

    /// <summary>The driver after its run, for a next one.</summary>
    public GeneratorDriver Driver { get; }

    /// <summary>The compilation before the generator.</summary>
    public Compilation Input { get; }

    /// <summary>The compilation with the generated files.</summary>
    public Compilation Output { get; }

    public GeneratorDriverRunResult Result => Driver.GetRunResult();

    /// <summary>The generated files by name.</summary>
    public ImmutableArray<GeneratedSourceResult> Files => Result.Results.Single().GeneratedSources;

    /// <summary>What the compiler says of the whole, hidden messages left out.</summary>
    public ImmutableArray<Diagnostic> Diagnostics =>
        [.. Output.GetDiagnostics().Where(diagnostic => diagnostic.Severity != DiagnosticSeverity.Hidden)];

    /// <summary>A compilation of sources, without implicit usings.</summary>
    public static CSharpCompilation Compile(params string[] sources) => s_empty.AddSyntaxTrees(
        [.. sources.Select((source, i) => CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.Diagnose), $"Source{i}.cs", Encoding.UTF8))]);

    /// <summary>The plan of a sound declaration in a source.</summary>
    /// <param name="source">The source, but for its using.</param>
    /// <param name="name">The class's name.</param>
    public static ModelPlan PlanOf(string source, string name) =>
        Pipeline.Plan(Pipeline.Rewrite(Pipeline.Name(Pipeline.Shape(Pipeline.Build(DeclarationReader.Read(Compile("using Attention.Dsl; " + source).GetTypeByMetadataName(name)!, TestContext.Current.CancellationToken)))))).Value!;

    public static GeneratorRun Of(params string[] sources) => Of(Compile(sources));

    public static GeneratorRun Of(Compilation compilation, GeneratorDriver? driver = null)
    {
        driver ??= CSharpGeneratorDriver.Create(
            [new AttentionGenerator().AsSourceGenerator()],
            parseOptions: (CSharpParseOptions)compilation.SyntaxTrees.First().Options,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _);
        return new GeneratorRun(driver, compilation, output);
    }

    /// <summary>
    /// The same with kernels that throw in place of some. Kernels are most of what there is to compile, and few tests need all of
    /// them.
    /// </summary>
    /// <param name="isKept">Whether a test needs a method of a class, for instance <c>Attention.Generated.Models.Model.Avx512</c>.</param>
    public GeneratorRun WithKernels(Func<string, string, bool> isKept)
    {
        Compilation output = Output;
        foreach (SyntaxTree tree in Result.GeneratedTrees)
            output = output.ReplaceSyntaxTree(tree, tree.WithRootAndOptions(new Hollow(isKept).Visit(tree.GetRoot()), tree.Options));
        return new GeneratorRun(Driver, Input, output);
    }

    /// <summary>Emits and loads, beside all others of its name, what was compiled; the compiler must have nothing to say of it, not even a warning.</summary>
    public Assembly Load()
    {
        using var stream = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult result = Output.Emit(stream);
        Assert.Empty(result.Diagnostics.Where(diagnostic => diagnostic.Severity != DiagnosticSeverity.Hidden).Take(10));
        Assert.True(result.Success);
        stream.Position = 0;
        return new AssemblyLoadContext(null).LoadFromStream(stream);
    }

    private sealed class Hollow(Func<string, string, bool> isKept) : CSharpSyntaxRewriter
    {
        private static readonly ArrowExpressionClauseSyntax s_throw = SyntaxFactory.ArrowExpressionClause(SyntaxFactory.ParseExpression("throw null!"));

        private string? _kernels;

        public override SyntaxNode? VisitClassDeclaration(ClassDeclarationSyntax node)
        {
            if (node.Parent is not BaseNamespaceDeclarationSyntax space || !KernelClass.IsText(node.Identifier.Text))
                return node;
            _kernels = $"{space.Name}.{node.Identifier}";
            return base.VisitClassDeclaration(node);
        }

        public override SyntaxNode VisitMethodDeclaration(MethodDeclarationSyntax node) => isKept(_kernels!, node.Identifier.Text)
            ? node
            : node.WithBody(null).WithExpressionBody(s_throw).WithSemicolonToken(SyntaxFactory.Token(SyntaxKind.SemicolonToken));
    }
}
