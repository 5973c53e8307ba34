using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Attention.Generator.Reading;
using Attention.Generator.Text;
using Attention.Generator.Weights;

namespace Attention.Generator.Emit;

/// <summary>The names that generated code goes by.</summary>
internal static class Names
{
    /// <summary>
    /// A name as it must be written in code. Every keyword, reserved or not, is of small ASCII letters and underscores, and
    /// the compiler warns of a type called by small letters only: such names get an <c>@</c>.
    /// </summary>
    public static string Identifier(string name) => name.All(c => c is (>= 'a' and <= 'z') or '_') ? "@" + name : name;

    /// <summary>
    /// The namespace of a model's kernels, which no other code shares: the assembly is in it because a friend assembly's
    /// kernels are seen too, and each of both is one part, so that no namespace lies in another.
    /// </summary>
    public static string KernelNamespace(ModelDeclaration model) => $"Attention.Generated.{Part(model.Assembly)}.{Part(model.FullName)}";

    /// <summary>The class that a model's kernels of every instruction set derive from.</summary>
    public static string KernelsOf(ModelDeclaration model) => $"global::{KernelNamespace(model)}.Kernels";

    /// <summary>A dotted name as one identifier that no other dotted name becomes: with underscores for dots where they tell all, else with a hash.</summary>
    private static string Part(string name)
    {
        string flat = string.Concat(name.Replace(")", "").Select(c => char.IsLetterOrDigit(c) ? c : '_'));
        return name.Length <= MaximumName && s_plain.IsMatch(name) ? Identifier(flat) : $"_{Beginning(flat)}__{Hash(name)}";
    }

    /// <summary>Words of ASCII letters and digits joined by dots, with or without an arity.</summary>
    private static readonly Regex s_plain = new(@"^[A-Za-z][A-Za-z0-9]*(\([0-9]+\))?(\.[A-Za-z][A-Za-z0-9]*(\([0-9]+\))?)*\z");

    /// <summary>The model class with everything it is nested in, from the global namespace on.</summary>
    public static string FullType(ModelDeclaration model) => "global::" + string.Join(".",
        (model.Namespace is null ? [] : model.Namespace.Split('.'))
        .Concat(model.Containers.Select(Container))
        .Concat([Identifier(model.Name)]));

    /// <summary>A container as code refers to it, type parameters and all.</summary>
    public static string Container(ContainerDeclaration container) => Identifier(container.Name)
        + (container.TypeParameters.Count == 0 ? "" : "<" + string.Join(", ", container.TypeParameters.Select(Identifier)) + ">");

    /// <summary>
    /// The beginning of the names of a model's files: its own name, cut short and with a hash where a file system might
    /// not bear it or take it for another's.
    /// </summary>
    public static string File(ModelDeclaration model, bool isAlike)
    {
        string name = s_device.Replace(model.FullName, "($0)");
        return isAlike || name.Length > MaximumName || name.Any(c => c > '~') ? $"{Beginning(name)}-{Hash(model.FullName)}" : name;
    }

    /// <summary>Bytes of a whole name: with the longest ending, <c>-Vectors128.g.cs</c>, a file's name has a hundred.</summary>
    private const int MaximumName = 84;

    /// <summary>Bytes of a name that a separator and the 16 digits of a hash follow.</summary>
    private const int MaximumBeginning = MaximumName - 18;

    /// <summary>What Windows takes for a device, whatever follows behind a dot.</summary>
    private static readonly Regex s_device = new(@"^(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?=\.|\z)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private static string Beginning(string name)
    {
        int length = Math.Min(name.Length, MaximumBeginning);
        while (Encoding.UTF8.GetByteCount(name.Substring(0, length)) > MaximumBeginning)
            length--;
        return name.Substring(0, length);
    }

    /// <summary>Enough of SHA-256 that no two names of a program share it.</summary>
    private static string Hash(string name)
    {
        using SHA256 hash = SHA256.Create();
        return string.Concat(hash.ComputeHash(Encoding.UTF8.GetBytes(name)).Take(8).Select(value => value.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>A string as a literal.</summary>
    public static string Literal(string text) => "\"" + Escape(text) + "\"";

    /// <summary>Strings as an array.</summary>
    public static string Strings(IReadOnlyList<string> texts) => texts.Count == 0 ? "new string[0]" : $"new[] {{ {string.Join(", ", texts.Select(Literal))} }}";

    /// <summary>A tensor name template as an interpolated string whose only hole is the layer.</summary>
    public static string Template(string template)
    {
        if (!LayerHole.IsIn(template))
            return Literal(template);
        var holes = new List<string>();
        string text = LayerHole.Replace(template, first =>
        {
            holes.Add(first == 0 ? "{layer}" : $"{{layer + {CodeWriter.Number(first)}}}");
            return "\0";
        });
        string[] parts = [.. text.Split('\0').Select(part => Escape(part).Replace("{", "{{").Replace("}", "}}"))];
        return "$\"" + parts[0] + string.Concat(holes.Select((hole, i) => hole + parts[i + 1])) + "\"";
    }

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
