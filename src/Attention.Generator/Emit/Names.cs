using Attention.Generator.Reading;

namespace Attention.Generator.Emit;

/// <summary>The names that generated code goes by.</summary>
internal static class Names
{
    /// <summary>
    /// A name as it must be written in code. Every keyword, reserved or not, is of small ASCII letters and underscores, and
    /// the compiler warns of a type called by small letters only: such names get an <c>@</c>.
    /// </summary>
    public static string Identifier(string name) => name.All(c => c is (>= 'a' and <= 'z') or '_') ? "@" + name : name;

    /// <summary>The namespace of a model's kernels, which no other code shares. Its last part keeps it apart from those of models nested in this one.</summary>
    public static string KernelNamespace(ModelDeclaration model) =>
        "Attention.Generated." + string.Join(".", model.FullName.Split('.').Select(part => Identifier(part.TrimStart('@')))) + ".Kernels";

    /// <summary>The model class with everything it is nested in, from the global namespace on.</summary>
    public static string FullType(ModelDeclaration model) => "global::" + string.Join(".",
        (model.Namespace is null ? [] : model.Namespace.Split('.'))
        .Concat(model.Containers.Select(Container))
        .Concat([Identifier(model.Name)]));

    /// <summary>A container as code refers to it, type parameters and all.</summary>
    public static string Container(ContainerDeclaration container) => Identifier(container.Name)
        + (container.TypeParameters.Count == 0 ? "" : "<" + string.Join(", ", container.TypeParameters.Select(Identifier)) + ">");

    /// <summary>The beginning of the names of a model's files, with a hash where only upper and lower case tell it from another's.</summary>
    public static string File(ModelDeclaration model, bool isAlike)
    {
        string name = model.FullName.Replace("@", "");
        return isAlike ? name + "-" + Hash(name).ToString("X8", System.Globalization.CultureInfo.InvariantCulture) : name;
    }

    /// <summary>FNV-1a, the same on every machine and run.</summary>
    private static uint Hash(string text) => text.Aggregate(2166136261u, (hash, c) => unchecked((hash ^ c) * 16777619));

    /// <summary>A string as a literal.</summary>
    public static string Literal(string text) => "\"" + Escape(text) + "\"";

    /// <summary>A tensor name template as an interpolated string whose only hole is the layer.</summary>
    public static string Template(string template) => template.Contains("{layer}")
        ? "$\"" + Escape(template).Replace("{layer}", "\u0001").Replace("{", "{{").Replace("}", "}}").Replace("\u0001", "{layer}") + "\""
        : Literal(template);

    private static string Escape(string text) => string.Concat(text.Select(c => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        _ when char.IsControl(c) || c is '\u2028' or '\u2029' => "\\u" + ((int)c).ToString("X4", System.Globalization.CultureInfo.InvariantCulture),
        _ => c.ToString(),
    }));

    /// <summary>Text as it may stand in an XML doc comment.</summary>
    public static string Xml(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
