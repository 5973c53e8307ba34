using Attention.Generator.Reading;

namespace Attention.Generator.Emit;

/// <summary>The names that generated code goes by.</summary>
internal static class Names
{
    private static readonly HashSet<string> s_keywords = new(
        ("abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit extern "
        + "false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object operator out override params "
        + "private protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this throw true try typeof uint ulong "
        + "unchecked unsafe ushort using virtual void volatile while").Split(' '), StringComparer.Ordinal);

    /// <summary>A name as it must be written in code: keywords get their <c>@</c>.</summary>
    public static string Identifier(string name) => s_keywords.Contains(name) || IsContextual(name) ? "@" + name : name;

    /// <summary>Words that the compiler will not take as the name of a type.</summary>
    private static bool IsContextual(string name) =>
        name is "var" or "record" or "file" or "required" or "scoped" or "partial" or "where" or "yield" or "await" or "dynamic" or "nint" or "nuint" or "notnull" or "unmanaged" or "field" or "extension" or "allows" or "global" or "when" or "with" or "and" or "or" or "not";

    /// <summary>The namespace of a model's kernels, which no other code shares.</summary>
    public static string KernelNamespace(ModelDeclaration model) =>
        "Attention.Generated." + string.Join(".", model.FullName.Split('.').Select(part => Identifier(part.TrimStart('@'))));

    /// <summary>The model class with everything it is nested in, from the global namespace on.</summary>
    public static string FullType(ModelDeclaration model) => "global::" + string.Join(".",
        (model.Namespace is null ? [] : model.Namespace.Split('.'))
        .Concat(model.Containers.Select(Container))
        .Concat([Identifier(model.Name)]));

    /// <summary>A container as code refers to it, type parameters and all.</summary>
    public static string Container(ContainerDeclaration container) => Identifier(container.Name)
        + (container.TypeParameters.Count == 0 ? "" : "<" + string.Join(", ", container.TypeParameters.Select(Identifier)) + ">");

    /// <summary>The beginning of the model's generated files' names.</summary>
    public static string File(ModelDeclaration model) => model.FullName.Replace("@", "");

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
