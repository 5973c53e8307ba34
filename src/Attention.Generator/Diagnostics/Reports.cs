using Attention.Generator.Reading;
using Microsoft.CodeAnalysis;

namespace Attention.Generator.Diagnostics;

/// <summary>What there is to report of a class, with its place in the text.</summary>
internal static class Reports
{
    /// <summary>What is wrong with a model, or with a class outside of models that carries a stage's attributes; of one without its name nothing yet.</summary>
    public static IEnumerable<Diagnostic> Of(INamedTypeSymbol type, CancellationToken cancellation) =>
        DeclarationReader.IsStray(type) ? [OutsideModel(type)]
        : DeclarationReader.IsModel(type) && DeclarationReader.HasNames(type) ? Of(type, Pipeline.FindingsOf(DeclarationReader.Read(type, cancellation), cancellation))
        : [];

    /// <summary>The findings of a model.</summary>
    public static IEnumerable<Diagnostic> Of(INamedTypeSymbol model, IEnumerable<Finding> findings) => findings
        .Where(finding => !IsConsequence(model, finding))
        .Select(finding => Create(finding.Rule, Locator.Find(model, finding.Target), finding.Message));

    /// <summary>What a model that nothing is wrong with may have to do without.</summary>
    public static Diagnostic? OfSpeed(INamedTypeSymbol type, Compilation compilation) =>
        compilation.Options.OptimizationLevel == OptimizationLevel.Release || !DeclarationReader.IsModel(type) ? null
        : Create(RuleIds.NotOptimized, Locator.Find(type, new Target(Target.Model)),
            $"The kernels of model '{type.Name}' are compiled for debugging; Load runs an optimized copy of them where it can make one, without breakpoints in it. Set Optimize to true in the project that declares the model to need none, also for Debug");

    private static Diagnostic Create(string rule, Location location, string message) => Diagnostic.Create(Rules.Of(rule), location, message);

    private static Diagnostic OutsideModel(INamedTypeSymbol type)
    {
        (AttributeData attribute, string name) = DeclarationReader.PartsOf(type).OrderBy(part => part.Name is "Encoder" or "Decoder" ? 0 : 1).First();
        return Create(RuleIds.StageOutsideModel, Locator.NameOf(attribute, type), OutsideModel(type, name));
    }

    private static string OutsideModel(INamedTypeSymbol type, string name)
    {
        for (INamedTypeSymbol? outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            if (DeclarationReader.IsModel(outer))
                return $"[{name}] stands on '{type.Name}', which is nested in '{type.ContainingType!.Name}' and not directly in model '{outer.Name}'; move it there";
        }

        return type.ContainingType is null
            ? $"[{name}] stands on '{type.Name}', which is in no model; nest it in a partial class with [AttentionModel], or put [AttentionModel] above it"
            : $"[{name}] stands on '{type.Name}', but '{type.ContainingType.Name}' around it is no model; put [AttentionModel] on '{type.ContainingType.Name}'";
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
