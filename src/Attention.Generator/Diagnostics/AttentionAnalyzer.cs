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

        (AttributeData Attribute, PartKind Kind)[] parts = DeclarationReader.PartsOf(type).ToArray();
        (AttributeData Attribute, PartKind Kind)[] stageParts = parts.Where(part => part.Kind != PartKind.Model).ToArray();
        bool isModel = parts.Length > stageParts.Length;
        if (stageParts.Length > 0 && (isModel || type.ContainingType is null || !DeclarationReader.IsModel(type.ContainingType)))
        {
            (AttributeData attribute, PartKind kind) = stageParts.OrderBy(part => part.Kind is PartKind.Encoder or PartKind.Decoder ? 0 : 1).First();
            Report(RuleIds.StageOutsideModel, Locator.NameOf(attribute, type), OutsideModel(type, kind, isModel));
        }

        if (!isModel)
            return;
        foreach (Finding finding in Pipeline.FindingsOf(DeclarationReader.Read(type, context.CancellationToken)))
        {
            if (!IsConsequence(type, finding, stageParts.Length > 0))
                Report(finding.Rule, Locator.Find(type, finding.Target), finding.Message);
        }
    }

    private static string OutsideModel(INamedTypeSymbol type, PartKind kind, bool isModel)
    {
        if (isModel)
            return $"[{kind}] stands on model '{type.Name}' itself, but a stage is a class of its own; put the attributes on a nested partial class, 'public sealed partial class Stage;'";
        for (INamedTypeSymbol? outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            if (DeclarationReader.IsModel(outer))
                return $"[{kind}] stands on '{type.Name}', which is nested in '{type.ContainingType!.Name}' and not directly in model '{outer.Name}'; move it there";
        }

        return type.ContainingType is null
            ? $"[{kind}] stands on '{type.Name}', which is in no model; nest it in a partial class with [AttentionModel]"
            : $"[{kind}] stands on '{type.Name}', but '{type.ContainingType.Name}' around it is no model; put [AttentionModel] on '{type.ContainingType.Name}'";
    }

    /// <summary>Whether a finding is there only because of something else that is reported.</summary>
    private static bool IsConsequence(INamedTypeSymbol model, Finding finding, bool partsOnModel)
    {
        // The compiler rejects the attribute's arguments.
        if (Locator.AttributeOf(model, finding.Target) is AttributeData attribute && DeclarationReader.IsErroneous(attribute))
            return true;
        if (finding.Rule != RuleIds.MissingPart)
            return false;

        // The compiler does not know an attribute that might have been the part.
        if (finding.Target.Stage == Target.Model)
            return partsOnModel || model.GetTypeMembers().Any(HasUnknownAttribute);
        return Locator.TypeOf(model, finding.Target) is INamedTypeSymbol stage && HasUnknownAttribute(stage);
    }

    private static bool HasUnknownAttribute(INamedTypeSymbol type) =>
        type.GetAttributes().Any(attribute => attribute.AttributeClass is null or { TypeKind: TypeKind.Error });
}
