using System.Text;
using Attention.Generator.Emit;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Generator.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Attention.Generator;

/// <summary>
/// Compiles each class with <c>[AttentionModel]</c>: read → build → check → name → rewrite → plan → choose → write. No step
/// looks back and every step's result is equatable, so that an edit elsewhere stops at the first. What is wrong with a
/// declaration the analyzer reports; here it leads to a stub.
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
        IncrementalValuesProvider<Built> build = read.Select(static (model, _) => Pipeline.Build(model)).WithTrackingName(Steps.Build);
        IncrementalValuesProvider<Checked> check = build.Select(static (built, _) => Pipeline.Check(built)).WithTrackingName(Steps.Check);
        IncrementalValuesProvider<Named> name = check.Select(static (shaped, _) => Pipeline.Name(shaped)).WithTrackingName(Steps.Name);
        IncrementalValuesProvider<Named> rewrite = name.Select(static (named, _) => Pipeline.Rewrite(named)).WithTrackingName(Steps.Rewrite);
        IncrementalValuesProvider<Planned> plan = rewrite.Select(static (named, _) => Pipeline.Plan(named)).WithTrackingName(Steps.Plan);
        IncrementalValuesProvider<Chosen> choose = plan
            .Select(static (planned, _) => new Chosen(planned.Model, planned.Plan is null ? null : KernelPlan.Of(planned.Plan)))
            .WithTrackingName(Steps.Choose);

        IncrementalValueProvider<FullNames> names = read.Select(static (model, _) => model.FullName).Collect().Select(static (names, _) => FullNames.Of(names));
        IncrementalValuesProvider<EquatableArray<SourceFile>> write = choose.Combine(names)
            .Select(static (pair, _) => pair.Right.Doubled.Contains(pair.Left.Model.FullName) ? EquatableArray<SourceFile>.Empty
                : ModelWriter.Write(pair.Left.Model, pair.Left.Kernels, pair.Right.Alike.Contains(pair.Left.Model.FullName)).ToEquatableArray())
            .WithTrackingName(Steps.Write);

        context.RegisterSourceOutput(write, static (output, files) =>
        {
            foreach (SourceFile file in files)
                output.AddSource(file.Name, SourceText.From(file.Text, Encoding.UTF8));
        });
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
        public const string Check = nameof(Check);
        public const string Name = nameof(Name);
        public const string Rewrite = nameof(Rewrite);
        public const string Plan = nameof(Plan);
        public const string Choose = nameof(Choose);
        public const string Write = nameof(Write);

        public static readonly string[] All = [Read, Build, Check, Name, Rewrite, Plan, Choose, Write];
    }
}
