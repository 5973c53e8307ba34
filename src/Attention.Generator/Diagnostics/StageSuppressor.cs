using System.Collections.Immutable;
using Attention.Generator.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Attention.Generator.Diagnostics;

/// <summary>
/// Answers rules of design at the classes of stages: that they are nested, visible, and called as what they do, is how a model
/// is declared.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StageSuppressor : DiagnosticSuppressor
{
    private const string Reason = "A stage is a class nested in its model, which shows it";

    private static readonly SuppressionDescriptor s_nested = new("ATTNS01", "CA1034", Reason);
    private static readonly SuppressionDescriptor s_visible = new("ATTNS02", "CA1515", Reason);
    private static readonly SuppressionDescriptor s_name = new("ATTNS03", "CA1724", Reason + ", and whose name stands behind the model's");

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } = ImmutableArray.Create(s_nested, s_visible, s_name);

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (Diagnostic diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree is SyntaxTree tree
                && tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<ClassDeclarationSyntax>() is ClassDeclarationSyntax node
                && context.GetSemanticModel(tree).GetDeclaredSymbol(node, context.CancellationToken) is INamedTypeSymbol { ContainingType: INamedTypeSymbol model } stage
                && DeclarationReader.IsModel(model) && DeclarationReader.PartsOf(stage).Any())
                context.ReportSuppression(Suppression.Create(SupportedSuppressions.Single(suppression => suppression.SuppressedDiagnosticId == diagnostic.Id), diagnostic));
        }
    }
}
