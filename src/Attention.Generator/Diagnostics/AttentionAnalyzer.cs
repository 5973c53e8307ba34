using System.Collections.Immutable;
using Attention.Generator.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Attention.Generator.Diagnostics;

/// <summary>
/// Reports what is wrong with a declaration, at the text that is wrong: the findings of the steps that the generator runs
/// too, and stages that no model declares. What the compiler reports itself it leaves to the compiler.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AttentionAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Rules.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        void Report(string rule, Location location, string message) =>
            context.ReportDiagnostic(Diagnostic.Create(Rules.Of(rule), location, message));

        if (DeclarationReader.IsModel(type))
        {
            foreach (Finding finding in Pipeline.FindingsOf(DeclarationReader.Read(type, context.CancellationToken)))
            {
                if (!IsConsequence(type, finding))
                    Report(finding.Rule, Locator.Find(type, finding.Target), finding.Message);
            }

            return;
        }

        (AttributeData Attribute, PartKind Kind)[] parts = DeclarationReader.PartsOf(type).ToArray();
        if (parts.Length > 0 && (type.ContainingType is null || !DeclarationReader.IsModel(type.ContainingType)))
        {
            (AttributeData attribute, PartKind kind) = parts.OrderBy(part => part.Kind is PartKind.Encoder or PartKind.Decoder ? 0 : 1).First();
            Report(RuleIds.StageOutsideModel, Locator.NameOf(attribute, type), OutsideModel(type, kind));
        }
    }

    private static string OutsideModel(INamedTypeSymbol type, PartKind kind)
    {
        for (INamedTypeSymbol? outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            if (DeclarationReader.IsModel(outer))
                return $"[{kind}] stands on '{type.Name}', which is nested in '{type.ContainingType!.Name}' and not directly in model '{outer.Name}'; move it there";
        }

        return type.ContainingType is null
            ? $"[{kind}] stands on '{type.Name}', which is in no model; nest it in a partial class with [AttentionModel], or put [AttentionModel] above it"
            : $"[{kind}] stands on '{type.Name}', but '{type.ContainingType.Name}' around it is no model; put [AttentionModel] on '{type.ContainingType.Name}'";
    }

    /// <summary>Whether a finding is there only because of something else that is reported.</summary>
    private static bool IsConsequence(INamedTypeSymbol model, Finding finding)
    {
        // The compiler rejects the attribute's arguments.
        if (Locator.AttributeOf(model, finding.Target) is AttributeData attribute && DeclarationReader.IsErroneous(attribute))
            return true;
        if (finding.Rule != RuleIds.MissingPart)
            return false;

        // The compiler does not know an attribute that might have been the part.
        if (finding.Target.Stage == Target.Model)
            return HasUnknownAttribute(model) || model.GetTypeMembers().Any(HasUnknownAttribute);
        return Locator.TypeOf(model, finding.Target) is INamedTypeSymbol stage && HasUnknownAttribute(stage);
    }

    private static bool HasUnknownAttribute(INamedTypeSymbol type) =>
        type.GetAttributes().Any(attribute => attribute.AttributeClass is null or { TypeKind: TypeKind.Error });
}
