using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Attention.Generator.Reading;

/// <summary>Reads a model class, Roslyn's symbols, into a <see cref="ModelDeclaration"/>.</summary>
internal static class DeclarationReader
{
    private const string DslNamespace = "Attention.Dsl";

    public const string ModelAttribute = DslNamespace + ".AttentionModelAttribute";

    public static ModelDeclaration Read(INamedTypeSymbol model, CancellationToken cancellation)
    {
        var stages = ImmutableArray.CreateBuilder<StageDeclaration>();
        foreach (INamedTypeSymbol nested in StagesOf(model))
        {
            cancellation.ThrowIfCancellationRequested();
            stages.Add(ReadStage(nested));
        }

        var containers = new List<ContainerDeclaration>();
        bool partial = IsPartial(model);
        for (INamedTypeSymbol? outer = model.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            containers.Insert(0, new ContainerDeclaration(KeywordOf(outer), outer.Name, outer.TypeParameters.Select(parameter => parameter.Name).ToEquatableArray()));
            partial &= IsPartial(outer);
        }

        return new ModelDeclaration(
            model.Name,
            model.ContainingNamespace.IsGlobalNamespace ? null : model.ContainingNamespace.ToDisplayString(),
            containers.ToEquatableArray(),
            KeywordOf(model),
            partial,
            model.Arity > 0,
            model.IsStatic || model.IsAbstract,
            ReadParts(model).FirstOrDefault(part => part.Kind == PartKind.Model) ?? new PartDeclaration(PartKind.Model, EquatableArray<Argument>.Empty),
            new EquatableArray<StageDeclaration>(stages.ToImmutable()),
            MemberNames(model).Except(StagesOf(model).Select(stage => stage.Name)).ToEquatableArray());
    }

    /// <summary>The nested types that carry at least one attribute of a stage and are no models themselves, in source order.</summary>
    public static IEnumerable<INamedTypeSymbol> StagesOf(INamedTypeSymbol model) =>
        model.GetTypeMembers().Where(nested => PartsOf(nested).Any() && PartsOf(nested).All(part => part.Kind != PartKind.Model));

    /// <summary>The attributes of a class that the DSL knows, in source order, with their kinds.</summary>
    public static IEnumerable<(AttributeData Attribute, PartKind Kind)> PartsOf(INamedTypeSymbol type)
    {
        foreach (AttributeData attribute in type.GetAttributes())
        {
            if (KindOf(attribute.AttributeClass) is PartKind kind && attribute.AttributeConstructor is not null)
                yield return (attribute, kind);
        }
    }

    private static StageDeclaration ReadStage(INamedTypeSymbol stage) => new(
        stage.Name,
        IsPartial(stage),
        stage is { TypeKind: TypeKind.Class, Arity: 0, IsStatic: false, IsAbstract: false, IsRecord: false, BaseType.SpecialType: SpecialType.System_Object },
        PartsOf(stage)
            .Select(part => part.Attribute.ApplicationSyntaxReference?.GetSyntax().FirstAncestorOrSelf<TypeDeclarationSyntax>())
            .Distinct().Count(),
        SyntaxFacts.GetText(stage.DeclaredAccessibility),
        ReadParts(stage).ToEquatableArray(),
        MemberNames(stage).ToEquatableArray());

    private static IEnumerable<PartDeclaration> ReadParts(INamedTypeSymbol type)
    {
        foreach ((AttributeData attribute, PartKind kind) in PartsOf(type))
        {
            var arguments = new List<Argument>();
            for (int i = 0; i < attribute.ConstructorArguments.Length; i++)
                arguments.Add(new Argument(attribute.AttributeConstructor!.Parameters[i].Name, ValueOf(attribute.ConstructorArguments[i])));
            foreach (KeyValuePair<string, TypedConstant> named in attribute.NamedArguments)
                arguments.Add(new Argument(named.Key, ValueOf(named.Value)));
            yield return new PartDeclaration(kind, arguments.ToEquatableArray());
        }
    }

    private static object? ValueOf(TypedConstant constant) =>
        constant.Kind is TypedConstantKind.Primitive or TypedConstantKind.Enum ? constant.Value : null;

    private static PartKind? KindOf(INamedTypeSymbol? attribute)
    {
        if (attribute?.ContainingNamespace?.ToDisplayString() != DslNamespace)
            return null;
        return attribute.Name switch
        {
            "AttentionModelAttribute" => PartKind.Model,
            "EncoderAttribute" => PartKind.Encoder,
            "DecoderAttribute" => PartKind.Decoder,
            "EmbeddingAttribute" => PartKind.Embedding,
            "PositionsAttribute" => PartKind.Positions,
            "LayerNormAttribute" => PartKind.LayerNorm,
            "SelfAttentionAttribute" => PartKind.SelfAttention,
            "CrossAttentionAttribute" => PartKind.CrossAttention,
            "FeedForwardAttribute" => PartKind.FeedForward,
            "PoolingAttribute" => PartKind.Pooling,
            "LinearAttribute" => PartKind.Linear,
            "L2NormalizeAttribute" => PartKind.L2Normalize,
            "LogitsAttribute" => PartKind.Logits,
            _ => null,
        };
    }

    private static IEnumerable<string> MemberNames(INamedTypeSymbol type) =>
        type.GetMembers().Where(member => !member.IsImplicitlyDeclared && member.CanBeReferencedByName)
            .Select(member => member.Name).Distinct().OrderBy(name => name, StringComparer.Ordinal);

    private static bool IsPartial(INamedTypeSymbol type) => type.DeclaringSyntaxReferences.All(
        reference => reference.GetSyntax() is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static string KeywordOf(INamedTypeSymbol type) => type switch
    {
        { IsRecord: true, TypeKind: TypeKind.Struct } => "record struct",
        { IsRecord: true } => "record",
        { TypeKind: TypeKind.Struct } => "struct",
        { TypeKind: TypeKind.Interface } => "interface",
        _ => "class",
    };
}
