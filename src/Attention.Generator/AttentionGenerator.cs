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
            .Select(static (planned, _) => new Chosen(planned.Model, planned.Plan is null ? null : KernelChooser.Choose(planned.Plan)))
            .WithTrackingName(Steps.Choose);

        // The compiler tells files apart without regard to case, C# its types with it.
        IncrementalValueProvider<EquatableArray<string>> alike = read.Select(static (model, _) => model.FullName).Collect().Select(static (names, _) => names
            .GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).SelectMany(group => group)
            .OrderBy(name => name, StringComparer.Ordinal).ToEquatableArray());
        IncrementalValuesProvider<EquatableArray<SourceFile>> write = choose.Combine(alike)
            .Select(static (pair, _) => ModelWriter.Write(pair.Left.Model, pair.Left.Kernels, pair.Right.Contains(pair.Left.Model.FullName)).ToEquatableArray())
            .WithTrackingName(Steps.Write);

        context.RegisterSourceOutput(write, static (output, files) =>
        {
            foreach (SourceFile file in files)
                output.AddSource(file.Name, SourceText.From(file.Text, Encoding.UTF8));
        });
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
