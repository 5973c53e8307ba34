using System.Collections.Immutable;
using System.Diagnostics;
using Attention.Dsl;
using Attention.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Attention.Bench;

/// <summary>
/// The command <c>generator</c>: what generating each model costs an editor and a build, with the compiler in this process.
/// First: the first time of all, JIT included for the first model. Cold: a new driver. Edit: the same driver after another
/// file has changed. Build: what the compiler needs more for the model, its generator and everything generated.
/// </summary>
internal static class Generation
{
    private const int Edits = 20, Repetitions = 3;

    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.Latest);

    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Append(typeof(EncoderAttribute).Assembly.Location)
            .Append(typeof(SafeTensors).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static int Run(Options options)
    {
        string[] bench = [nameof(SentenceEncoder), nameof(ImageEncoder), nameof(BaseEncoder), nameof(AwkwardEncoder), nameof(BertEncoder), nameof(Int8Translator)];
        string[] paths = [Checkout.Find("samples", "Pronounce", "Pronouncer.cs"), .. bench.Select(name => Checkout.Find("bench", "Attention.Bench", $"{name}.cs"))];
        Console.WriteLine($"Milliseconds; cold: median of {Repetitions} new drivers, edit: median of {Edits} edits of another file, build: of {Repetitions} compilations with less those without");
        Console.WriteLine("model               first    cold    edit   build   files   characters");
        var results = new List<Result>();
        foreach (string path in paths)
        {
            Result result = Measure(path);
            results.Add(result);
            Console.WriteLine($"{result.Model,-17} {result.First,7:F1} {result.Cold,7:F1} {result.Edit,7:F2} {result.Build,7:F0} {result.Files,7} {result.Characters,12:N0}");
        }

        Figures.Write(options.Value("--json"), results);
        return 0;
    }

    private static Result Measure(string path)
    {
        string model = Path.GetFileNameWithoutExtension(path);
        SyntaxTree declaration = CSharpSyntaxTree.ParseText(File.ReadAllText(path), s_parse, "Model.cs");
        double first = Time(() => Generate(Compile(declaration)));
        double cold = Figures.Median(Enumerable.Range(0, Repetitions).Select(_ =>
        {
            CSharpCompilation fresh = Compile(declaration);
            return Time(() => Generate(fresh));
        }));

        CSharpCompilation compilation = Compile(declaration);
        GeneratorDriver driver = Generate(compilation);
        ImmutableArray<GeneratedSourceResult> files = driver.GetRunResult().Results.Single().GeneratedSources;
        double edit = Figures.Median(Enumerable.Range(0, Edits).Select(edit =>
        {
            compilation = compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[1], Other(edit + 1));
            return Time(() => driver = driver.RunGenerators(compilation));
        }));

        double with = Figures.Median(Enumerable.Range(0, Repetitions).Select(_ => Time(() => Build(Compile(declaration)))));
        double without = Figures.Median(Enumerable.Range(0, Repetitions).Select(_ => Time(() => Build(Compile()))));
        return new Result(model, first, cold, edit, with - without, files.Length, files.Sum(file => file.SourceText.Length));
    }

    private static GeneratorDriver Generate(Compilation compilation) =>
        CSharpGeneratorDriver.Create([new AttentionGenerator().AsSourceGenerator()], parseOptions: s_parse).RunGenerators(compilation);

    private static void Build(CSharpCompilation compilation)
    {
        CSharpGeneratorDriver.Create([new AttentionGenerator().AsSourceGenerator()], parseOptions: s_parse)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation whole, out _);
        using var assembly = new MemoryStream();
        if (whole.Emit(assembly) is { Success: false } failed)
            throw new InvalidOperationException(failed.Diagnostics.First(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToString());
    }

    /// <summary>A compilation of a model's declaration, if any, and the other file.</summary>
    private static CSharpCompilation Compile(params SyntaxTree[] declaration) => CSharpCompilation.Create(
        "Models", [.. declaration, Other(0)], s_references,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));

    private static SyntaxTree Other(int edit) =>
        CSharpSyntaxTree.ParseText($"internal static class Other {{ public static int Edit() => {edit}; }}", s_parse, "Other.cs");

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private sealed record Result(string Model, double First, double Cold, double Edit, double Build, int Files, int Characters);
}
