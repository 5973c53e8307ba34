using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Attention.Generator.Reading;

/// <summary>Reads what else the user wrote in a class and on it, and what the class inherits.</summary>
internal static class ClassReader
{
    public static ClassBody Read(INamedTypeSymbol type)
    {
        (string key, ISymbol member)[] members = [.. MembersOf(type)];
        return new ClassBody(
            Ordered(members.Select(pair => pair.key)),
            Ordered(members.Where(pair => pair.member is IMethodSymbol { IsStatic: true, MethodKind: MethodKind.Ordinary, Arity: 0 }).Select(pair => NameOf(((IMethodSymbol)pair.member).ReturnType) + " " + pair.key)),
            Ordered(members.Where(pair => IsRequired(pair.member)).Select(pair => pair.key)),
            Ordered(members.Where(pair => pair.member is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor && CallsNoOther(constructor)).Select(pair => pair.key)),
            Ordered(members.Select(pair => pair.member).OfType<INamedTypeSymbol>().Select(nested => nested.Name)),
            Ordered(ConstantsOf(type).Select(pair => pair.Name)),
            type.IsComImport ? "ComImport" : type.GetAttributes().Any(IsStrictLayout) ? "StructLayout" : null,
            type.GetAttributes().Any(IsObsoleteError),
            Ordered(WarningsOf(type).Concat(IsCompliant(type) ? s_compliance : [])));
    }

    private static EquatableArray<string> Ordered(IEnumerable<string> names) => names.Distinct().OrderBy(name => name, StringComparer.Ordinal).ToEquatableArray();

    /// <summary>The members that the user wrote in a class, those without a name left out, by the keys that <see cref="ClassBody"/> describes.</summary>
    public static IEnumerable<(string Key, ISymbol Member)> MembersOf(INamedTypeSymbol type) =>
        from member in type.GetMembers()
        where !member.IsImplicitlyDeclared && member.DeclaringSyntaxReferences.Any(DeclarationReader.IsUsers)
        let key = KeyOf(member)
        where key is not null
        select (key, member);

    /// <summary>The key of a member; null of one without a name of its own.</summary>
    public static string? KeyOf(ISymbol member) => member switch
    {
        IMethodSymbol { MethodKind: MethodKind.ExplicitInterfaceImplementation, ExplicitInterfaceImplementations: { Length: > 0 } implemented } => KeyOf(implemented[0]),
        IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.Ordinary } method =>
            method.Name + Arity(method.Arity) + "(" + string.Join(", ", method.Parameters.Select(parameter => (parameter.RefKind == RefKind.None ? "" : "ref ") + NameOf(parameter.Type))) + ")",
        IPropertySymbol { ExplicitInterfaceImplementations: { Length: > 0 } implemented } => KeyOf(implemented[0]),
        IPropertySymbol { IsIndexer: true } indexer => indexer.MetadataName,
        IMethodSymbol or IEventSymbol { ExplicitInterfaceImplementations.Length: > 0 } => null,
        INamedTypeSymbol nested => nested.Name + Arity(nested.Arity),
        _ => member.CanBeReferencedByName ? member.Name : null,
    };

    private static string KeyOf<TMember>(TMember implemented)
        where TMember : ISymbol => NameOf(implemented.ContainingType) + "." + implemented.Name;

    private static string Arity(int arity) => arity == 0 ? "" : "`" + arity.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A type as it tells methods apart. A model's session, which is no type yet when the generator asks, has its simple name.</summary>
    private static string NameOf(ITypeSymbol type) => type is { Name: "Session" } and (IErrorTypeSymbol or { ContainingType: not null }) ? type.Name : type.ToDisplayString(s_signature);

    /// <summary>Types as two methods may not both have them: nullable references are not told apart.</summary>
    private static readonly SymbolDisplayFormat s_signature = SymbolDisplayFormat.CSharpErrorMessageFormat
        .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    private static bool IsRequired(ISymbol member) => member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true };

    /// <summary>Whether a constructor calls its base's; of primary ones the class is judged.</summary>
    private static bool CallsNoOther(IMethodSymbol constructor) => constructor.DeclaringSyntaxReferences
        .Any(reference => reference.GetSyntax() is ConstructorDeclarationSyntax { Initializer: null or { RawKind: (int)SyntaxKind.BaseConstructorInitializer } });

    /// <summary>The simple names that stand in a class's constant expressions, before a dot with the dot, and where they stand.</summary>
    public static IEnumerable<(string Name, IdentifierNameSyntax Place)> ConstantsOf(INamedTypeSymbol type) =>
        from declaration in DeclarationReader.DeclarationsOf(type)
        from node in declaration.DescendantNodes()
        let constant = ConstantOf(node)
        where constant is not null
        from name in constant.DescendantNodesAndSelf(inner => !IsOfNoValue(inner)).OfType<IdentifierNameSyntax>()
        where !IsOfNoValue(name)
        select (name.Identifier.ValueText + (name.Parent is MemberAccessExpressionSyntax ? "." : ""), name);

    /// <summary>The constant that a node asks for: an attribute's argument, a constant's value, a parameter's default, a case.</summary>
    private static ExpressionSyntax? ConstantOf(SyntaxNode node) => node switch
    {
        AttributeArgumentSyntax argument => argument.Expression,
        EqualsValueClauseSyntax { Parent: ParameterSyntax or EnumMemberDeclarationSyntax } value => value.Value,
        EqualsValueClauseSyntax { Parent.Parent.Parent: FieldDeclarationSyntax field } value when field.Modifiers.Any(SyntaxKind.ConstKeyword) => value.Value,
        EqualsValueClauseSyntax { Parent.Parent.Parent: LocalDeclarationStatementSyntax { IsConst: true } } value => value.Value,
        CaseSwitchLabelSyntax label => label.Value,
        ConstantPatternSyntax pattern => pattern.Expression,
        _ => null,
    };

    /// <summary>Whether a node is a type, a name behind a dot, or what <c>nameof</c> and its like only name.</summary>
    private static bool IsOfNoValue(SyntaxNode node) =>
        node is TypeOfExpressionSyntax or DefaultExpressionSyntax or SizeOfExpressionSyntax or NameColonSyntax
            or (TypeSyntax and not IdentifierNameSyntax)
            or InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } }
        || node.Parent switch
        {
            MemberAccessExpressionSyntax access => access.Name == node,
            CastExpressionSyntax cast => cast.Type == node,
            ObjectCreationExpressionSyntax creation => creation.Type == node,
            _ => false,
        };

    /// <summary>Whether an attribute orders fields, of which some are in another declaration of the class.</summary>
    private static bool IsStrictLayout(AttributeData attribute) =>
        IsNamed(attribute, "System.Runtime.InteropServices.StructLayoutAttribute") && attribute.ConstructorArguments.FirstOrDefault().Value is not (3 or (short)3);

    private static bool IsObsoleteError(AttributeData attribute) =>
        IsNamed(attribute, "System.ObsoleteAttribute") && attribute.ConstructorArguments.ElementAtOrDefault(1).Value is true;

    /// <summary>What the compiler says of code that uses a type or a constructor.</summary>
    private static IEnumerable<string> WarningsOf(ISymbol used)
    {
        foreach (AttributeData attribute in used.GetAttributes())
        {
            if (IsNamed(attribute, "System.ObsoleteAttribute"))
                yield return attribute.NamedArguments.FirstOrDefault(named => named.Key == "DiagnosticId").Value.Value as string ?? (attribute.ConstructorArguments.Length == 0 ? "CS0612" : "CS0618");
            else if (IsNamed(attribute, "System.Diagnostics.CodeAnalysis.ExperimentalAttribute") && attribute.ConstructorArguments.FirstOrDefault().Value is string id)
                yield return id;
        }
    }

    /// <summary>What the compiler says of members with types of the runtime's, which does not claim to be fit for all languages.</summary>
    private static readonly string[] s_compliance = ["CS3001", "CS3002", "CS3003"];

    /// <summary>Whether a type, or else what is around it, claims to be fit for all languages.</summary>
    private static bool IsCompliant(ISymbol? type)
    {
        for (; type is not (null or INamespaceSymbol); type = (ISymbol?)type.ContainingType ?? type.ContainingAssembly)
        {
            if (type.GetAttributes().FirstOrDefault(attribute => IsNamed(attribute, "System.CLSCompliantAttribute")) is AttributeData claim)
                return claim.ConstructorArguments.FirstOrDefault().Value is true;
        }

        return false;
    }

    private static bool IsNamed(AttributeData attribute, string name) =>
        attribute.AttributeClass is INamedTypeSymbol type && name.EndsWith("." + type.Name, StringComparison.Ordinal) && type.ToDisplayString() == name;

    /// <summary>What a class inherits; null from <see cref="object"/>, and from what the compiler does not know.</summary>
    public static BaseClass? ReadBase(INamedTypeSymbol type)
    {
        if (type.BaseType is not { TypeKind: TypeKind.Class, SpecialType: not SpecialType.System_Object } near)
            return null;
        (string key, ISymbol member)[] members = [.. Inherited(type)];
        IMethodSymbol? constructor = near.InstanceConstructors
            .Where(candidate => IsAccessible(candidate, type) && candidate.Parameters.All(parameter => parameter.IsOptional || parameter.IsParams))
            .OrderBy(candidate => candidate.Parameters.Length).FirstOrDefault();
        return new BaseClass(
            near.ToDisplayString(s_signature),
            Bases(type).Any(from => DeclarationReader.PartsOf(from).Any()),
            constructor is not null && !constructor.GetAttributes().Any(IsObsoleteError),
            Ordered(members.Select(pair => pair.key)),
            Ordered(members.Where(pair => pair.member.IsAbstract).Select(pair => pair.key)),
            Ordered(members.Where(pair => IsRequired(pair.member)).Select(pair => pair.member.ContainingType.Name + "." + pair.key)),
            DisposalOf(type, members.FirstOrDefault(pair => pair.key is "Dispose" or "Dispose()").member),
            Ordered(constructor is null ? [] : WarningsOf(constructor)));
    }

    /// <summary>The members that a class sees of those it is derived from: of an overridden one the nearest.</summary>
    private static IEnumerable<(string Key, ISymbol Member)> Inherited(INamedTypeSymbol type)
    {
        var seen = new HashSet<string>();
        foreach (ISymbol member in Bases(type).SelectMany(from => from.GetMembers()))
        {
            if (!member.IsImplicitlyDeclared && member is not IMethodSymbol { MethodKind: MethodKind.Constructor } && IsAccessible(member, type) && KeyOf(member) is string key && seen.Add(key))
                yield return (key, member);
        }
    }

    private static IEnumerable<INamedTypeSymbol> Bases(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? from = type.BaseType; from is not (null or { SpecialType: SpecialType.System_Object }); from = from.BaseType)
            yield return from;
    }

    private static bool IsAccessible(ISymbol member, INamedTypeSymbol type) => member.DeclaredAccessibility switch
    {
        Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal => true,
        Accessibility.Private => Outer(type).Contains(member.ContainingType.OriginalDefinition, SymbolEqualityComparer.Default),
        _ => SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, type.ContainingAssembly) || member.ContainingAssembly.GivesAccessTo(type.ContainingAssembly),
    };

    private static IEnumerable<INamedTypeSymbol> Outer(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
            yield return outer;
    }

    private static Disposal DisposalOf(INamedTypeSymbol type, ISymbol? inherited) => inherited switch
    {
        null => type.BaseType!.AllInterfaces.Any(contract => contract.SpecialType == SpecialType.System_IDisposable) ? Disposal.Impossible : Disposal.None,
        IMethodSymbol { IsAbstract: true } method => method is { DeclaredAccessibility: Accessibility.Public, ReturnsVoid: true } ? Disposal.Implement : Disposal.Impossible,
        IMethodSymbol { IsStatic: false, ReturnsVoid: true, DeclaredAccessibility: Accessibility.Public, IsSealed: false } method when method.IsVirtual || method.IsOverride => Disposal.Override,
        IMethodSymbol { IsStatic: false } => Disposal.Call,
        { IsAbstract: true } => Disposal.Impossible,
        _ => Disposal.Hide,
    };
}
