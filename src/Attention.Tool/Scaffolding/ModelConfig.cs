using System.Globalization;
using System.Text.Json;

namespace Attention.Tool.Scaffolding;

/// <summary>What a config.json says, or a section of it.</summary>
internal sealed class ModelConfig
{
    private readonly JsonElement _json;

    private ModelConfig(string origin, JsonElement json) => (Origin, _json) = (origin, json);

    /// <summary>What to call it in messages.</summary>
    public string Origin { get; }

    /// <summary>The family, <c>model_type</c>; empty where it is not said.</summary>
    public string ModelType => Text("model_type") ?? "";

    /// <summary>The classes of Hugging Face's library that the checkpoint is of.</summary>
    public string Architecture => _json.TryGetProperty("architectures", out JsonElement list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 && list[0].ValueKind == JsonValueKind.String ? list[0].GetString()! : "";

    /// <summary>That of a family whose authors write none: it says nothing.</summary>
    public static ModelConfig None(string origin)
    {
        using JsonDocument json = JsonDocument.Parse("{}");
        return new ModelConfig(origin, json.RootElement.Clone());
    }

    /// <exception cref="ToolException">It is no JSON object.</exception>
    public static ModelConfig Read(string path)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            return json.RootElement.ValueKind == JsonValueKind.Object ? new ModelConfig(path, json.RootElement.Clone())
                : throw new ToolException($"{path}: expected a JSON object, found {json.RootElement.ValueKind}.");
        }
        catch (JsonException e)
        {
            throw new ToolException($"{path}: expected JSON, found: {e.Message}", e);
        }
    }

    /// <summary>A section, an object of its own; null where there is none.</summary>
    public ModelConfig? Section(string name) => Find(name) is { ValueKind: JsonValueKind.Object } section ? new ModelConfig($"{Origin}, {name}", section) : null;

    public bool Has(string name) => Find(name) is not null;

    /// <summary>Whether a field is a list.</summary>
    public bool IsList(string name) => Find(name) is { ValueKind: JsonValueKind.Array };

    /// <summary>A whole number under the first of its names that is there.</summary>
    /// <exception cref="ToolException">It is not there, or no whole number.</exception>
    public int Int(params string[] names) => TryInt(names) ?? throw new ToolException($"{Origin}: expected {string.Join(" or ", names)}, found neither; the declaration cannot be written without it.".Replace("neither", names.Length == 1 ? "none" : "neither", StringComparison.Ordinal));

    public int? TryInt(params string[] names)
    {
        foreach (string name in names)
        {
            if (Find(name) is JsonElement value)
                return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : throw Unexpected(name, "a whole number", value);
        }

        return null;
    }

    /// <summary>Whole numbers, a list or one.</summary>
    /// <exception cref="ToolException">They are not there, or none.</exception>
    public int[] Ints(string name) => Find(name) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : throw Unexpected(name, "whole numbers", list))]
        : [Int(name)];

    /// <summary>Numbers of a list.</summary>
    /// <exception cref="ToolException">They are not there, or none.</exception>
    public double[] Doubles(string name) => Find(name) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw Unexpected(name, "numbers", list))]
        : throw Cannot(name, "expected a list of numbers");

    /// <summary>Texts of a list.</summary>
    /// <exception cref="ToolException">They are not there, or none.</exception>
    public string[] Texts(string name) => Find(name) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Unexpected(name, "texts", list))]
        : throw Cannot(name, "expected a list of texts");

    public double Double(string name, double otherwise) => Find(name) is not JsonElement value ? otherwise
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw Unexpected(name, "a number", value);

    public bool Bool(string name, bool otherwise) => Find(name) is not JsonElement value ? otherwise
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Unexpected(name, "true or false", value);

    public string? Text(string name) => Find(name) is not JsonElement value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Unexpected(name, "a text", value);

    /// <summary>An error about a field that has a value for which there is no declaration.</summary>
    public ToolException Cannot(string name, string why) =>
        new($"{Origin}: {name} is {(Find(name) is JsonElement value ? value.GetRawText() : "not there")}; {why}.");

    /// <summary>A number as C# and JSON write it.</summary>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal);

    /// <summary>A field; null where it is not there or null.</summary>
    private JsonElement? Find(string name) => _json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private ToolException Unexpected(string name, string expected, JsonElement found) => new($"{Origin}: expected {expected} for {name}, found {found.GetRawText()}.");
}
