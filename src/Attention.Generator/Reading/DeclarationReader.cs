using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Attention.Generator.Reading;

/// <summary>Reads a model class, Roslyn's symbols, into a <see cref="ModelDeclaration"/>.</summary>
internal static class DeclarationReader
{
    public const string ModelAttribute = "Attention.Dsl.AttentionModelAttribute";

    /// <summary>The generator's full name.</summary>
    private const string Generator = "Attention.Generator.AttentionGenerator";

    /// <summary>
    /// Reads a model where its attribute stands, or first stands if the user repeated it on another declaration of the class;
    /// null elsewhere, and of one that is half typed.
    /// </summary>
    public static ModelDeclaration? ReadOnce(GeneratorAttributeSyntaxContext attributed, CancellationToken cancellation) =>
        attributed.TargetSymbol is INamedTypeSymbol model && HasNames(model)
        && PartsOf(model).FirstOrDefault(part => part.Name == Model).Attribute?.ApplicationSyntaxReference is SyntaxReference first
        && first.SyntaxTree == attributed.TargetNode.SyntaxTree && attributed.TargetNode.Span.Contains(first.Span)
            ? Read(model, cancellation) : null;

    public static ModelDeclaration Read(INamedTypeSymbol model, CancellationToken cancellation)
    {
        var stages = ImmutableArray.CreateBuilder<StageDeclaration>();
        foreach (INamedTypeSymbol stage in StagesOf(model))
        {
            cancellation.ThrowIfCancellationRequested();
            stages.Add(ReadStage(stage, isModel: SymbolEqualityComparer.Default.Equals(stage, model)));
        }

        ClassBody body = ClassReader.Read(model);
        EquatableArray<string> WithoutStages(EquatableArray<string> members) => members.Except(stages.Select(stage => stage.Name)).ToEquatableArray();
        var containers = new List<ContainerDeclaration>();
        for (INamedTypeSymbol? outer = model.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            containers.Insert(0, new ContainerDeclaration(
                KeywordOf(outer), outer.Name, outer.TypeParameters.Select(parameter => parameter.Name).ToEquatableArray(), IsPartial(outer)));
        }

        return new ModelDeclaration(
            model.ContainingAssembly.Name,
            FullNameOf(model),
            model.Name,
            model.ContainingNamespace.IsGlobalNamespace ? null : model.ContainingNamespace.ToDisplayString(),
            containers.ToEquatableArray(),
            KeywordOf(model),
            IsPartial(model),
            model.Arity > 0,
            model.IsStatic || model.IsAbstract,
            HasPrimaryConstructor(model),
            ReadParts(model).FirstOrDefault(part => part.Name == Model) ?? new PartDeclaration(Model, EquatableArray<Argument>.Empty),
            new EquatableArray<StageDeclaration>(stages.ToImmutable()),
            IsStage(model),
            ReadTensors(model),
            body with { Members = WithoutStages(body.Members), Types = WithoutStages(body.Types) },
            ClassReader.ReadBase(model),
            model.DeclaringSyntaxReferences.Select(part => part.SyntaxTree.Options).OfType<CSharpParseOptions>().Select(options => (int)options.LanguageVersion).FirstOrDefault())
        {
            HasWideProducts = HasWideProducts(model.ContainingModule),
        };
    }

    /// <summary>Whether the target framework has the instruction, whatever the processor that the program will run on has.</summary>
    private static bool HasWideProducts(IModuleSymbol module) => module.ReferencedAssemblySymbols.Any(assembly =>
        assembly.Name is "System.Runtime.Intrinsics" or "System.Private.CoreLib" && assembly.GetTypeByMetadataName("System.Runtime.Intrinsics.X86.AvxVnni+V512") is not null);

    /// <summary>Namespace, types around and name, joined by dots, with the arity of generic types in parentheses.</summary>
    public static string FullNameOf(INamedTypeSymbol type) => string.Join(".", FromWithin(type).Reverse().Select(outer =>
        outer is INamedTypeSymbol { Arity: > 0 and int arity } ? $"{outer.Name}({arity.ToString(CultureInfo.InvariantCulture)})" : outer.Name));

    /// <summary>Whether a type, all around it, and its stages if it is a model, have their names; those that someone is typing may not yet.</summary>
    public static bool HasNames(INamedTypeSymbol type) =>
        FromWithin(type).All(outer => outer.Name.Length > 0 && (outer as INamedTypeSymbol)?.TypeParameters.All(parameter => parameter.Name.Length > 0) != false)
        && (!IsModel(type) || StagesOf(type).All(stage => stage.Name.Length > 0));

    /// <summary>A type, the types around it, and the namespaces around those, but for the global one.</summary>
    private static IEnumerable<INamespaceOrTypeSymbol> FromWithin(INamedTypeSymbol type)
    {
        INamespaceOrTypeSymbol? outer = type;
        for (; outer is not (null or INamespaceSymbol { IsGlobalNamespace: true }); outer = (INamespaceOrTypeSymbol?)outer.ContainingType ?? outer.ContainingNamespace)
            yield return outer;
    }

    /// <summary>The attributes that say something of a whole class.</summary>
    public const string Model = "AttentionModel", Tensor = "Tensor";

    /// <summary>Whether a type may carry an attribute of those names, or of those that a directive of its file gives them.</summary>
    public static bool MayCarry(TypeDeclarationSyntax type, Func<string, bool> isKnown)
    {
        foreach (AttributeSyntax attribute in type.AttributeLists.SelectMany(list => list.Attributes))
        {
            string name = NameOf(attribute.Name);
            if (isKnown(name) || (name.EndsWith("Attribute", StringComparison.Ordinal) && isKnown(name.Substring(0, name.Length - "Attribute".Length))) || IsAlias(name, type))
                return true;
        }

        return false;
    }

    private static string NameOf(NameSyntax name) => name switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax qualified => qualified.Name.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        _ => "",
    };

    /// <summary>Whether a name is one that a directive of the file gives.</summary>
    private static bool IsAlias(string name, SyntaxNode place) => place.Ancestors()
        .SelectMany(outer => outer switch { CompilationUnitSyntax file => file.Usings, BaseNamespaceDeclarationSyntax scope => scope.Usings, _ => default })
        .Any(directive => directive.Alias?.Name.Identifier.ValueText is string alias && (alias == name || alias == name + "Attribute"));

    /// <summary>Whether a class carries a stage's attributes but neither is a model nor is nested directly in one.</summary>
    public static bool IsStray(INamedTypeSymbol type) =>
        IsStage(type) && !IsModel(type) && (type.ContainingType is null || !IsModel(type.ContainingType)) && HasNames(type);

    /// <summary>Whether a class is declared a model.</summary>
    public static bool IsModel(INamedTypeSymbol type) => PartsOf(type).Any(part => part.Name == Model);

    /// <summary>
    /// The model itself if it carries an attribute of a stage, then the nested types that carry one and are no models of
    /// their own, in source order.
    /// </summary>
    public static IEnumerable<INamedTypeSymbol> StagesOf(INamedTypeSymbol model) => (IsStage(model) ? new[] { model } : [])
        .Concat(model.GetTypeMembers().Where(nested => !IsModel(nested) && (PartsOf(nested).Any() || TensorsOf(nested).Any())));

    /// <summary>Whether a class carries an attribute of a stage.</summary>
    private static bool IsStage(INamedTypeSymbol type) => PartsOf(type).Any(part => part.Name != Model);

    /// <summary>The attributes of a class that the DSL knows, in source order, with their names; those that name tensors left out.</summary>
    public static IEnumerable<(AttributeData Attribute, string Name)> PartsOf(INamedTypeSymbol type) => Known(type).Where(part => part.Name != Tensor);

    /// <summary>The attributes of a class that name tensors.</summary>
    public static IEnumerable<AttributeData> TensorsOf(INamedTypeSymbol type) => Known(type).Where(part => part.Name == Tensor).Select(part => part.Attribute);

    private static IEnumerable<(AttributeData Attribute, string Name)> Known(INamedTypeSymbol type)
    {
        foreach (AttributeData attribute in type.GetAttributes())
        {
            if (NameOf(attribute.AttributeClass) is string name)
                yield return (attribute, name);
        }
    }

    /// <summary>Whether the compiler rejects an attribute's arguments, of which it then says neither order nor value reliably.</summary>
    public static bool IsErroneous(AttributeData attribute) =>
        attribute.AttributeConstructor is null
        || attribute.ConstructorArguments.Length != attribute.AttributeConstructor.Parameters.Length
        || attribute.ConstructorArguments.Any(argument => argument.Kind == TypedConstantKind.Error)
        || attribute.NamedArguments.Any(argument => argument.Value.Kind == TypedConstantKind.Error);

    /// <summary>Reads a stage. Of one that is the model itself the class is judged, and its members read, with the model.</summary>
    private static StageDeclaration ReadStage(INamedTypeSymbol stage, bool isModel) => new(
        stage.Name,
        isModel || (stage is { IsStatic: false, Arity: 0 } && KeywordOf(stage) == "class"),
        isModel || IsPartial(stage),
        isModel || (!HasPrimaryConstructor(stage) && stage is { TypeKind: TypeKind.Class, Arity: 0, IsStatic: false, IsAbstract: false, IsRecord: false, BaseType.SpecialType: SpecialType.System_Object }),
        PartsOf(stage).Where(part => part.Name != Model)
            .Select(part => part.Attribute.ApplicationSyntaxReference?.GetSyntax().FirstAncestorOrSelf<TypeDeclarationSyntax>())
            .Distinct().Count(),
        isModel ? "public" : DeclarationsOf(stage).Any(declaration => declaration.Modifiers.Any(modifier => SyntaxFacts.IsAccessibilityModifier(modifier.Kind())))
            ? SyntaxFacts.GetText(stage.DeclaredAccessibility) : "",
        ReadParts(stage).Where(part => part.Name != Model).ToEquatableArray(),
        isModel ? EquatableArray<PartDeclaration>.Empty : ReadTensors(stage),
        isModel ? ClassBody.Empty : ClassReader.Read(stage));

    private static IEnumerable<PartDeclaration> ReadParts(INamedTypeSymbol type) => PartsOf(type).Select(part => ReadPart(part.Attribute, part.Name));

    private static EquatableArray<PartDeclaration> ReadTensors(INamedTypeSymbol type) =>
        TensorsOf(type).Select(attribute => ReadPart(attribute, Tensor)).ToEquatableArray();

    private static PartDeclaration ReadPart(AttributeData attribute, string name)
    {
        var arguments = new List<Argument>();
        if (!IsErroneous(attribute))
        {
            for (int i = 0; i < attribute.ConstructorArguments.Length; i++)
                arguments.Add(new Argument(attribute.AttributeConstructor!.Parameters[i].Name, ValueOf(attribute.ConstructorArguments[i])));
            foreach (KeyValuePair<string, TypedConstant> named in attribute.NamedArguments)
                arguments.Add(new Argument(named.Key, ValueOf(named.Value)));
        }

        return new PartDeclaration(name, arguments.ToEquatableArray());
    }

    private static object? ValueOf(TypedConstant constant) => constant.Kind switch
    {
        TypedConstantKind.Primitive or TypedConstantKind.Enum => constant.Value,
        TypedConstantKind.Array when !constant.IsNull && constant.Type is IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_String } =>
            constant.Values.Select(value => value.Value as string ?? "").ToEquatableArray(),
        TypedConstantKind.Array when !constant.IsNull && constant.Type is IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Double } =>
            constant.Values.Select(value => value.Value as double? ?? double.NaN).ToEquatableArray(),
        TypedConstantKind.Array when !constant.IsNull => constant.Values.Select(value => value.Value).OfType<int>().ToEquatableArray(),
        _ => null,
    };

    /// <summary>The name of an attribute of the DSL, without its ending; null of one of the user's, wherever it stands.</summary>
    private static string? NameOf(INamedTypeSymbol? attribute) =>
        attribute is { ContainingType: null, ContainingNamespace: { Name: "Dsl", ContainingNamespace: { Name: "Attention", ContainingNamespace.IsGlobalNamespace: true } }, ContainingAssembly.Name: "Attention.Dsl" }
        && attribute.Name.EndsWith("Attribute", StringComparison.Ordinal) ? attribute.Name.Substring(0, attribute.Name.Length - "Attribute".Length) : null;

    /// <summary>Whether the user wrote it: the analyzer, unlike the generator, sees the generated files too, which lie in a folder of the generator's name.</summary>
    public static bool IsUsers(SyntaxReference reference) => reference.SyntaxTree.FilePath is string path
        && !path.Substring(0, Math.Max(0, path.LastIndexOfAny(s_separators))).EndsWith(Generator, StringComparison.Ordinal);

    private static readonly char[] s_separators = ['/', '\\'];

    /// <summary>The declarations of a type that the user wrote.</summary>
    public static IEnumerable<TypeDeclarationSyntax> DeclarationsOf(INamedTypeSymbol type) =>
        type.DeclaringSyntaxReferences.Where(IsUsers).Select(reference => reference.GetSyntax()).OfType<TypeDeclarationSyntax>();

    private static bool IsPartial(INamedTypeSymbol type) => DeclarationsOf(type).All(declaration => declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static bool HasPrimaryConstructor(INamedTypeSymbol type) => DeclarationsOf(type).Any(declaration => declaration.ParameterList is not null);

    private static string KeywordOf(INamedTypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Enum } => "enum",
        { TypeKind: TypeKind.Delegate } => "delegate",
        { IsFileLocal: true } => "file class",
        { IsRecord: true, TypeKind: TypeKind.Struct } => "record struct",
        { IsRecord: true } => "record",
        { TypeKind: TypeKind.Struct } => "struct",
        { TypeKind: TypeKind.Interface } => "interface",
        _ => "class",
    };
}
