using Attention.Generator.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Attention.Generator.Diagnostics;

/// <summary>Finds the text that a finding is about.</summary>
internal static class Locator
{
    /// <summary>An argument with the name before it, an attribute's name, a member's, one in a constant expression, or a class's.</summary>
    public static Location Find(INamedTypeSymbol model, Target target)
    {
        INamedTypeSymbol type = TypeOf(model, target) ?? model;
        if (target.Member is string key)
            return ClassReader.MembersOf(type).FirstOrDefault(pair => pair.Key == key).Member?.Locations.FirstOrDefault() ?? NameOf(type);
        if (target.Constant is string name)
            return ClassReader.ConstantsOf(type).FirstOrDefault(pair => pair.Name == name).Place?.GetLocation() ?? NameOf(type);
        if (AttributeOf(model, target) is not AttributeData attribute)
            return NameOf(type);
        return ArgumentOf(attribute, target.Argument)?.GetLocation() ?? NameOf(attribute, type);
    }

    /// <summary>The class that a finding is about: the model, a stage of it, or a type around it.</summary>
    public static INamedTypeSymbol? TypeOf(INamedTypeSymbol model, Target target)
    {
        if (target.Stage >= 0)
            return DeclarationReader.StagesOf(model).ElementAtOrDefault(target.Stage);
        INamedTypeSymbol? type = model;
        for (int outwards = Target.Model; outwards > target.Stage; outwards--)
            type = type?.ContainingType;
        return type;
    }

    /// <summary>The attribute that a finding is about, null where it is about a class.</summary>
    public static AttributeData? AttributeOf(INamedTypeSymbol model, Target target)
    {
        if (target.Part == -1 || TypeOf(model, target) is not INamedTypeSymbol type)
            return null;
        if (target.Tensor is int tensor)
            return DeclarationReader.TensorsOf(type).ElementAtOrDefault(tensor);
        return DeclarationReader.PartsOf(type)
            .Where(part => target.Stage >= 0 == (part.Name != DeclarationReader.Model))
            .Select(part => part.Attribute).ElementAtOrDefault(target.Part);
    }

    /// <summary>The name of an attribute, as written.</summary>
    public static Location NameOf(AttributeData attribute, INamedTypeSymbol type) =>
        attribute.ApplicationSyntaxReference?.GetSyntax() is AttributeSyntax syntax ? syntax.Name.GetLocation() : NameOf(type);

    /// <summary>The name of a class, in the declaration that carries its attributes if there are several.</summary>
    private static Location NameOf(INamedTypeSymbol type)
    {
        SyntaxNode? attribute = DeclarationReader.PartsOf(type).Select(part => part.Attribute.ApplicationSyntaxReference?.GetSyntax()).FirstOrDefault();
        return attribute?.FirstAncestorOrSelf<BaseTypeDeclarationSyntax>()?.Identifier.GetLocation()
            ?? type.Locations.FirstOrDefault(location => location.IsInSource) ?? Location.None;
    }

    /// <summary>The argument for a constructor parameter or property, if the user wrote one.</summary>
    private static AttributeArgumentSyntax? ArgumentOf(AttributeData attribute, string? name)
    {
        if (name is null || (attribute.ApplicationSyntaxReference?.GetSyntax() as AttributeSyntax)?.ArgumentList is not AttributeArgumentListSyntax list)
            return null;
        for (int i = 0; i < list.Arguments.Count; i++)
        {
            AttributeArgumentSyntax argument = list.Arguments[i];
            string? parameter = argument.NameColon?.Name.Identifier.ValueText ?? argument.NameEquals?.Name.Identifier.ValueText
                ?? attribute.AttributeConstructor?.Parameters.ElementAtOrDefault(i)?.Name;
            if (parameter == name)
                return argument;
        }

        return null;
    }
}
