using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Attention.Generator.Diagnostics;
using Attention.Generator.Kernels;
using Attention.Tests.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>What the analyzer says of sources, and the generator's run over them.</summary>
internal sealed partial class Analysis
{
    /// <summary>A sound model, which tests break.</summary>
    public const string Model = """
        using Attention.Dsl;

        namespace Toys;

        [AttentionModel]
        public sealed partial class Pronouncer
        {
            [Encoder(layers: 2, width: 32)]
            [Embedding(vocabulary: 20, length: 8)]
            [Positions(PositionKind.Learned)]
            [SelfAttention(heads: 4)]
            [FeedForward(64, Activation.Gelu)]
            public sealed partial class Spelling;

            [Decoder(layers: 1, width: 32)]
            [Embedding(vocabulary: 12, length: 6)]
            [Positions(PositionKind.Sinusoidal)]
            [SelfAttention(heads: 2)]
            [CrossAttention(from: "spelling")]
            [FeedForward(48, Activation.Relu)]
            [Logits]
            public sealed partial class Phonemes;
        }
        """;

    /// <summary>Code that calls everything that the model offers.</summary>
    public const string Usage = """
        using System;
        using Attention.Dsl;

        namespace Toys;

        internal static class Usage
        {
            public static int Run(System.IO.Stream stream, int[] letters, float[] logits)
            {
                using Pronouncer model = Pronouncer.Load("weights.safetensors");
                using Pronouncer other = Pronouncer.Load(stream, InstructionSet.Portable);
                using Pronouncer.Session session = model.CreateSession();
                Pronouncer.Spelling spelling = session.Spelling;
                Rows rows = spelling.Forward(letters);
                IEncoder encoder = spelling;
                Pronouncer.Phonemes phonemes = session.Phonemes;
                phonemes.Forward(letters, logits);
                phonemes.Reset();
                ReadOnlySpan<float> next = phonemes.Step(letters);
                IDecoder decoder = phonemes;
                int sum = phonemes.Position + rows.Count + next.Length;
                foreach (int token in phonemes.Generate(new GreedySearch { Begin = 1, End = 2 }))
                    sum += token;
                sum += spelling.Vocabulary + spelling.Length + spelling.Width + phonemes.Vocabulary + phonemes.Length + phonemes.Width;
                sum += encoder.Length + decoder.Length + (int)model.InstructionSet + (int)other.InstructionSet;
                session.Dispose();
                model.Dispose();
                return sum;
            }
        }
        """;

    private Analysis(GeneratorRun run, Compilation surface, ImmutableArray<Diagnostic> ofAnalyzer)
    {
        Run = run;
        ImmutableArray<Diagnostic> ofGenerator = [.. run.Result.Diagnostics.Where(diagnostic => !diagnostic.IsSuppressed)];
        Findings = InOrder(ofGenerator.AddRange(ofAnalyzer));
        InBuild = HasErrors(run.Input.GetParseDiagnostics()) ? []
            : HasErrors(surface.GetDeclarationDiagnostics()) ? InOrder(ofGenerator)
            : Findings;
        InGenerated = [.. (run.Output.SyntaxTrees.Any(IsKernels) ? surface.GetDeclarationDiagnostics() : run.Diagnostics).Where(diagnostic => IsError(diagnostic) && IsGenerated(diagnostic.Location.SourceTree))];
        Errors = run.Output.SyntaxTrees.Any(IsKernels)
            ? [.. surface.SyntaxTrees.Where(tree => !IsGenerated(tree)).SelectMany(tree => surface.GetSemanticModel(tree).GetDiagnostics()).Where(IsError)]
            : [.. run.Diagnostics.Where(IsError)];
    }

    public GeneratorRun Run { get; }

    /// <summary>What an editor shows, which asks generator and analyzer whatever the code: the findings, in the order of the text.</summary>
    public ImmutableArray<Diagnostic> Findings { get; }

    /// <summary>What the command-line compiler shows: it ends at errors of parsing before it asks the generator, and at those of declarations before it asks the analyzer.</summary>
    public ImmutableArray<Diagnostic> InBuild { get; }

    /// <summary>What the compiler says; of a sound model in the user's files only, since kernels take seconds and have tests of their own.</summary>
    public ImmutableArray<Diagnostic> Errors { get; }

    /// <summary>What the compiler says of generated files; of the bodies of a sound model nothing is asked.</summary>
    public ImmutableArray<Diagnostic> InGenerated { get; }

    /// <summary>Runs generator and analyzer, neither of which may fail whatever the sources are.</summary>
    public static Task<Analysis> Of(params string[] sources) => Of(GeneratorRun.Compile(sources));

    public static async Task<Analysis> Of(Compilation compilation)
    {
        GeneratorRun run = GeneratorRun.Of(compilation);
        Assert.Null(run.Result.Results.Single().Exception);
        Compilation surface = run.Output.RemoveSyntaxTrees(run.Output.SyntaxTrees.Where(IsKernels));
        return new Analysis(run, surface, await OfAnalyzer(surface));
    }

    /// <summary>What the analyzer alone says of a compilation with its generated files.</summary>
    public static async Task<ImmutableArray<Diagnostic>> OfAnalyzer(Compilation compilation)
    {
        var failures = new List<Exception>();
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]), (exception, _, _) => failures.Add(exception), concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        ImmutableArray<Diagnostic> findings = await compilation.WithAnalyzers([new AttentionAnalyzer()], options).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        Assert.Empty(failures);
        return findings;
    }

    /// <summary>A source without its marks.</summary>
    public static string Unmarked(string markup) => Parse(markup).Source;

    /// <summary>The ids that a source marks.</summary>
    public static string[] Marks(string markup) => [.. Parse(markup).Expected.Select(mark => mark.Item1)];

    private static ImmutableArray<Diagnostic> InOrder(ImmutableArray<Diagnostic> findings) =>
        [.. findings.OrderBy(finding => finding.Location.SourceSpan.Start).ThenBy(finding => finding.Id, StringComparer.Ordinal)];

    /// <summary>Whether the command-line compiler goes no further.</summary>
    private static bool HasErrors(ImmutableArray<Diagnostic> diagnostics) =>
        diagnostics.Any(diagnostic => diagnostic.DefaultSeverity == DiagnosticSeverity.Error && diagnostic.Descriptor.CustomTags.Contains(WellKnownDiagnosticTags.NotConfigurable));

    /// <summary>
    /// Analyses the model after a change of its text, in which <c>{|id:text|}</c> marks each finding expected, and asserts
    /// that there are these and no others, that together their messages say all the facts, and that code that uses the
    /// model compiles but for the errors that the mistake itself is to the compiler.
    /// </summary>
    public static Task Expect(string sound, string broken, string[] facts, params string[] compilerErrors)
    {
        Assert.Contains(sound, Model, StringComparison.Ordinal);
        return ExpectSource(Model.Replace(sound, broken, StringComparison.Ordinal), Usage, facts, compilerErrors);
    }

    /// <summary>The same for whole sources.</summary>
    public static async Task ExpectSource(string markup, string usage, string[] facts, params string[] compilerErrors)
    {
        (string source, (string Id, string Text, int Start)[] expected) = Parse(markup.ReplaceLineEndings("\n"));
        Analysis analysis = await Of(source, usage);
        Assert.Equal(
            expected,
            analysis.Findings.Select(finding => (finding.Id, source.Substring(finding.Location.SourceSpan.Start, finding.Location.SourceSpan.Length), finding.Location.SourceSpan.Start)));
        Assert.All(analysis.Findings, finding => Assert.Equal(DiagnosticSeverity.Error, finding.Severity));
        if (!HasErrors(analysis.Run.Input.GetParseDiagnostics()))
            Assert.Equal<Diagnostic>(analysis.Findings, analysis.InBuild);
        string messages = string.Join("\n", analysis.Findings.Select(finding => finding.GetMessage(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.All(facts, fact => Assert.Contains(fact, messages, StringComparison.Ordinal));
        Assert.Equal(
            compilerErrors.Order(StringComparer.Ordinal),
            analysis.Errors.Select(diagnostic => diagnostic.Id).Order(StringComparer.Ordinal));
    }

    /// <summary>Warnings too, but hints, and missing XML comments in sources, which have none here; generated files must have them.</summary>
    private static bool IsError(Diagnostic diagnostic) => diagnostic.Severity >= DiagnosticSeverity.Warning
        && !(diagnostic.Id == "CS1591" && diagnostic.Location.SourceTree is SyntaxTree tree && !IsGenerated(tree));

    public static bool IsGenerated(SyntaxTree? tree) => tree?.FilePath.StartsWith("Attention.Generator", StringComparison.Ordinal) == true;

    private static bool IsKernels(SyntaxTree tree) => Isa.All.Any(isa => tree.FilePath.EndsWith($"-{isa.Name}.g.cs", StringComparison.Ordinal));

    private static (string Source, (string, string, int)[] Expected) Parse(string markup)
    {
        var expected = new List<(string, string, int)>();
        int removed = 0;
        string source = Mark().Replace(markup, match =>
        {
            string text = match.Groups["text"].Value;
            foreach (string id in match.Groups["id"].Value.Split(','))
                expected.Add((id, text, match.Index - removed));
            removed += match.Length - text.Length;
            return text;
        });
        return (source, [.. expected]);
    }

    [GeneratedRegex(@"\{\|(?<id>[A-Z0-9,]+):(?<text>.*?)\|\}", RegexOptions.Singleline)]
    private static partial Regex Mark();
}
