using System.Collections.Immutable;
using Attention.Generator.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Attention.Generator.Diagnostics;

/// <summary>
/// Reports what is wrong with a declaration, at the text that is wrong, in whatever file it stands: the findings of the
/// steps that the generator runs too, and stages that no model declares. What the compiler reports itself it leaves to the
/// compiler, and to the generator what that had to report.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AttentionAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Rules.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypesByMetadataName(DeclarationReader.ModelAttribute).IsEmpty)
                return;
            var reported = new Lazy<HashSet<string>>(() => Reported.Read(start.Compilation));
            start.RegisterSymbolAction(
                context =>
                {
                    foreach (Diagnostic diagnostic in Reports.Of((INamedTypeSymbol)context.Symbol, context.CancellationToken))
                    {
                        if (!reported.Value.Contains(Reported.Line(diagnostic)))
                            context.ReportDiagnostic(diagnostic);
                    }

                    if (Reports.OfSpeed((INamedTypeSymbol)context.Symbol, context.Compilation) is Diagnostic slow)
                        context.ReportDiagnostic(slow);
                },
                SymbolKind.NamedType);
        });
    }
}
