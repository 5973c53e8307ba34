using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace Attention.Tool.Scaffolding;

/// <summary>A declaration in the making: attributes in their order, of a model and its stages.</summary>
internal sealed class ClassText
{
    /// <summary>Arguments of <c>[AttentionModel]</c>.</summary>
    public List<string> Model { get; } = [];

    /// <summary>Names of tensors that the layout does not have.</summary>
    public List<string> Tensors { get; } = [];

    /// <summary>The stages; one without a name is the model itself.</summary>
    public List<StageText> Stages { get; } = [];

    /// <summary>A text as C# writes it, whatever a file has in its names.</summary>
    public static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    /// <summary><c>Prefix = …</c>, null where it is the layout's own.</summary>
    public static string? Prefix(string prefix, string? usual) => prefix == usual ? null : $"Prefix = {Literal(prefix)}";

    /// <summary>Whether a stage has an attribute that begins so.</summary>
    public bool Says(string start) => Stages.Exists(stage => stage.Attributes.Exists(attribute => attribute.StartsWith(start, StringComparison.Ordinal)));

    public StageText Stage(string? name = null)
    {
        var stage = new StageText(name);
        Stages.Add(stage);
        return stage;
    }

    /// <summary>The class as a file.</summary>
    /// <param name="name">The class's name.</param>
    /// <param name="space">Its namespace; null for none.</param>
    /// <param name="summary">What it is, for its documentation.</param>
    /// <param name="notes">What the declaration cannot say.</param>
    public string Write(string name, string? space, string summary, IEnumerable<string> notes)
    {
        var text = new StringBuilder();
        foreach (string note in notes)
            text.Append("// ").Append(note).Append('\n');
        text.Append("using Attention.Dsl;\n\n");
        if (space is not null)
            text.Append("namespace ").Append(space).Append(";\n\n");
        text.Append("/// <summary>").Append(summary).Append("</summary>\n");
        text.Append(Model.Count == 0 ? "[AttentionModel]\n" : $"[AttentionModel({string.Join(", ", Model)})]\n");
        foreach (string tensor in Tensors)
            text.Append(tensor).Append('\n');
        if (Stages is [{ Name: null } only])
        {
            foreach (string attribute in only.Attributes)
                text.Append(attribute).Append('\n');
            return text.Append(CultureInfo.InvariantCulture, $"public sealed partial class {name};\n").ToString();
        }

        text.Append(CultureInfo.InvariantCulture, $"public sealed partial class {name}\n{{\n");
        for (int i = 0; i < Stages.Count; i++)
        {
            text.Append(i == 0 ? "" : "\n").Append("    /// <summary>").Append(Stages[i].Summary).Append("</summary>\n");
            foreach (string attribute in Stages[i].Attributes)
                text.Append("    ").Append(attribute).Append('\n');
            text.Append(CultureInfo.InvariantCulture, $"    public sealed partial class {Stages[i].Name};\n");
        }

        return text.Append("}\n").ToString();
    }
}

/// <summary>A stage of a declaration.</summary>
internal sealed class StageText(string? name)
{
    public string? Name => name;

    public string Summary { get; set; } = "";

    public List<string> Attributes { get; } = [];

    /// <summary>Adds an attribute with those of its arguments that are there.</summary>
    public void Add(string attribute, params string?[] arguments)
    {
        string[] given = [.. arguments.OfType<string>()];
        Attributes.Add(given.Length == 0 ? $"[{attribute}]" : $"[{attribute}({string.Join(", ", given)})]");
    }
}
