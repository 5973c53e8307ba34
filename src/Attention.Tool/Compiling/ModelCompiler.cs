using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Attention.Dsl;
using Attention.Generator;
using Attention.Generator.Diagnostics;
using Attention.Generator.Planning;
using Attention.Generator.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Emit;

namespace Attention.Tool.Compiling;

/// <summary>Compiles declarations in memory, with the generator and the analyzer that a project has.</summary>
internal sealed class ModelCompiler
{
    private const string GlobalUsings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is string name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "mscorlib.dll" or "netstandard.dll") && File.Exists(path))
            .Append(typeof(EncoderAttribute).Assembly.Location)
            .Append(typeof(SafeTensors).Assembly.Location)
            .Distinct(StringComparer.Ordinal)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private readonly CSharpCompilation _input;
    private readonly Compilation _output;
    private readonly ImmutableArray<Diagnostic> _ofGenerator;

    private ModelCompiler(CSharpCompilation input, InstructionSet? kernels)
    {
        _input = input;
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new AttentionGenerator().AsSourceGenerator()], parseOptions: (CSharpParseOptions)input.SyntaxTrees[0].Options);
        driver = driver.RunGeneratorsAndUpdateCompilation(input, out _output, out _ofGenerator);
        var trimmer = new KernelTrimmer(kernels);
        foreach (SyntaxTree tree in driver.GetRunResult().GeneratedTrees)
            _output = _output.ReplaceSyntaxTree(tree, tree.WithRootAndOptions(trimmer.Visit(tree.GetRoot()), tree.Options));
    }

    /// <summary>Takes a file that is to be held against a checkpoint, but not to be run.</summary>
    public static ModelCompiler Of((string Path, string Text) file) => Of(file, null);

    /// <summary>Takes a file by its name and text.</summary>
    /// <param name="file">The file.</param>
    /// <param name="kernels">The instruction set on which its models are to be run; null for none.</param>
    public static ModelCompiler Of((string Path, string Text) file, InstructionSet? kernels)
    {
        CSharpParseOptions options = new(LanguageVersion.Latest);
        return new ModelCompiler(CSharpCompilation.Create(
            "Models" + Guid.NewGuid().ToString("N"),
            [CSharpSyntaxTree.ParseText(GlobalUsings, options, "GlobalUsings.cs"), CSharpSyntaxTree.ParseText(file.Text, options, file.Path)],
            s_references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable)), kernels);
    }

    /// <summary>What compiler and analyzer say of it, errors and warnings, a line each.</summary>
    public async Task<IReadOnlyList<string>> FindingsAsync(CancellationToken cancellation)
    {
        ImmutableArray<Diagnostic> ofAnalyzer = await _output.WithAnalyzers([new AttentionAnalyzer()]).GetAnalyzerDiagnosticsAsync(cancellation);
        return [.. _ofGenerator.Concat(ofAnalyzer).Concat(_output.GetDiagnostics(cancellation))
            .Where(diagnostic => diagnostic is { Severity: DiagnosticSeverity.Error or DiagnosticSeverity.Warning, IsSuppressed: false })
            .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start).Select(diagnostic => diagnostic.ToString()).Distinct()];
    }

    /// <summary>The full names of the models that are declared.</summary>
    public IReadOnlyList<string> Models => [.. Declared().Select(model => model.ToDisplayString())];

    /// <summary>The plan of a model, which has no findings.</summary>
    public ModelPlan Plan(string model) =>
        Pipeline.Plan(Pipeline.Rewrite(Pipeline.Name(Pipeline.Shape(Pipeline.Build(DeclarationReader.Read(Declared().First(declared => declared.ToDisplayString() == model), default)))))).Value!;

    /// <summary>Compiles all of it, which has no findings.</summary>
    public void Emit(Stream stream, CancellationToken cancellation)
    {
        EmitResult result = _output.Emit(stream, cancellationToken: cancellation);
        if (!result.Success)
            throw new ToolException($"The class does not compile: {result.Diagnostics.First(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)}");
    }

    /// <summary>Compiles all of it, which has no findings, and loads it.</summary>
    public Assembly Load(CancellationToken cancellation)
    {
        using var stream = new MemoryStream();
        Emit(stream, cancellation);
        stream.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(stream);
    }

    private IEnumerable<INamedTypeSymbol> Declared() => TypesOf(_input.Assembly.GlobalNamespace).Where(DeclarationReader.IsModel);

    private static IEnumerable<INamedTypeSymbol> TypesOf(INamespaceOrTypeSymbol container) => container.GetMembers().SelectMany(member => member switch
    {
        INamespaceSymbol space => TypesOf(space),
        INamedTypeSymbol type => TypesOf(type).Prepend(type),
        _ => [],
    });
}
