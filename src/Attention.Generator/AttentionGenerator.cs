using System.Collections.Immutable;
using System.Text;
using Attention.Generator.Diagnostics;
using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Parts;
using Attention.Generator.Planning;
using Attention.Generator.Reading;
using Attention.Generator.Weights;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Attention.Generator;

/// <summary>
/// Compiles each class with <c>[AttentionModel]</c>: read → build → shape → name → rewrite → plan → choose → write. No step
/// looks back and every step's result is equatable, so that an edit elsewhere stops at the first. What is wrong with a
/// declaration leads to a stub here and is reported by the analyzer, or by one more step if there is going to be no analyzer.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class AttentionGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ModelDeclaration> read = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                DeclarationReader.ModelAttribute,
                static (node, _) => node is TypeDeclarationSyntax,
                static (attributed, cancellation) => DeclarationReader.ReadOnce(attributed, cancellation))
            .WithTrackingName(Steps.Read)
            .Where(static model => model is not null)!;
        IncrementalValuesProvider<Result<ModelGraph>> build = read.Select(Pipeline.Build).WithTrackingName(Steps.Build);
        IncrementalValuesProvider<Result<ShapedGraph>> shape = build.Select(Pipeline.Shape).WithTrackingName(Steps.Shape);
        IncrementalValuesProvider<Result<NamedGraph>> name = shape.Select(Pipeline.Name).WithTrackingName(Steps.Name);
        IncrementalValuesProvider<Result<NamedGraph>> rewrite = name.Select(Pipeline.Rewrite).WithTrackingName(Steps.Rewrite);
        IncrementalValuesProvider<Result<ModelPlan>> plan = rewrite.Select(Pipeline.Plan).WithTrackingName(Steps.Plan);
        IncrementalValuesProvider<Chosen> choose = plan
            .Select(static (planned, cancellation) => Choose(planned, cancellation))
            .WithTrackingName(Steps.Choose);

        IncrementalValueProvider<FullNames> names = read.Select(static (model, _) => model.FullName).Collect().Select(static (names, _) => FullNames.Of(names));
        IncrementalValueProvider<bool> isDebuggable = context.CompilationProvider.Select(static (compilation, _) => compilation.Options.OptimizationLevel == OptimizationLevel.Debug);
        IncrementalValuesProvider<EquatableArray<SourceFile>> write = choose.Combine(names).Combine(isDebuggable)
            .Select(static (all, cancellation) => Write(all.Left.Left, all.Left.Right, all.Right, cancellation))
            .WithTrackingName(Steps.Write);

        context.RegisterSourceOutput(write, static (output, files) =>
        {
            foreach (SourceFile file in files)
                output.AddSource(file.Name, SourceText.From(file.Text, Encoding.UTF8));
        });
        Report(context, plan, write);
    }

    /// <summary>
    /// Reports what the analyzer will not be asked for. This step alone knows locations and the whole compilation; where
    /// nothing is wrong it looks at neither.
    /// </summary>
    private static void Report(
        IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<Result<ModelPlan>> plan, IncrementalValuesProvider<EquatableArray<SourceFile>> write)
    {
        IncrementalValueProvider<ImmutableArray<Result<ModelPlan>>> wrong = plan.Where(static planned => planned.Findings.Count > 0).Collect();
        IncrementalValueProvider<EquatableArray<string>> strays = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => node is TypeDeclarationSyntax type && DeclarationReader.MayCarry(type, Catalogue.IsPart),
                static (found, cancellation) => found.SemanticModel.GetDeclaredSymbol(found.Node, cancellation) is INamedTypeSymbol type && DeclarationReader.IsStray(type) ? DeclarationReader.FullNameOf(type) : null)
            .Where(static name => name is not null).Collect().Select(static (names, _) => names.Select(name => name!).Distinct().ToEquatableArray());
        IncrementalValueProvider<EquatableArray<Diagnostic>> report = wrong.Combine(strays).Combine(write.Collect()).Combine(context.CompilationProvider)
            .Select(static (all, cancellation) => EarlyReports.Of(all.Left.Left.Left, all.Left.Left.Right, all.Left.Right, all.Right, cancellation))
            .WithTrackingName(Steps.Report);
        context.RegisterSourceOutput(report, static (output, diagnostics) =>
        {
            if (diagnostics.Count == 0)
                return;
            foreach (Diagnostic diagnostic in diagnostics)
                output.ReportDiagnostic(diagnostic);
            output.AddSource(Reported.File, SourceText.From(Reported.Write(diagnostics), Encoding.UTF8));
        });
    }

    private static Chosen Choose(Result<ModelPlan> planned, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return new Chosen(planned.Model, planned.Value is null ? null : KernelPlan.Of(planned.Value));
    }

    private static EquatableArray<SourceFile> Write(Chosen chosen, FullNames names, bool isDebuggable, CancellationToken cancellation)
    {
        var files = new List<SourceFile>();
        if (!names.Doubled.Contains(chosen.Model.FullName))
        {
            foreach (SourceFile file in ModelWriter.Write(chosen.Model, chosen.Kernels, names.Alike.Contains(chosen.Model.FullName), isDebuggable))
            {
                cancellation.ThrowIfCancellationRequested();
                files.Add(file);
            }
        }

        return files.ToEquatableArray();
    }

    /// <summary>Names that could not be those of files as they are.</summary>
    /// <param name="Alike">Those that differ in upper and lower case only, which the compiler tells apart in C# but not in the names of files.</param>
    /// <param name="Doubled">Those that several types have, of which the compiler will say that they must not.</param>
    private sealed record FullNames(EquatableArray<string> Alike, EquatableArray<string> Doubled)
    {
        public static FullNames Of(IEnumerable<string> names) => new(
            OfSeveral(names.Distinct(), StringComparer.OrdinalIgnoreCase), OfSeveral(names, StringComparer.Ordinal).Distinct().ToEquatableArray());

        private static EquatableArray<string> OfSeveral(IEnumerable<string> names, StringComparer comparer) => names
            .GroupBy(name => name, comparer).Where(group => group.Count() > 1).SelectMany(group => group).OrderBy(name => name, StringComparer.Ordinal).ToEquatableArray();
    }

    private sealed record Chosen(ModelDeclaration Model, KernelPlan? Kernels);

    /// <summary>The names of the steps, for tests of what is cached.</summary>
    internal static class Steps
    {
        public const string Read = nameof(Read);
        public const string Build = nameof(Build);
        public const string Shape = nameof(Shape);
        public const string Name = nameof(Name);
        public const string Rewrite = nameof(Rewrite);
        public const string Plan = nameof(Plan);
        public const string Choose = nameof(Choose);
        public const string Write = nameof(Write);

        public const string Report = nameof(Report);

        /// <summary>Those that hand on values only.</summary>
        public static readonly string[] All = [Read, Build, Shape, Name, Rewrite, Plan, Choose, Write];
    }
}
