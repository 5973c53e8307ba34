using System.Text.Json;

namespace Attention.Text;

/// <summary>What a checkpoint's folder says of how its model is used.</summary>
internal sealed class ModelFolder(string folder)
{
    private readonly Dictionary<string, JsonElement?> _files = new(StringComparer.Ordinal);

    private const double MostTokens = 1e9; // beyond, tokenizer_config.json means that there is no limit

    /// <summary>The most tokens of a text: sentence_bert_config.json comes first, then the tokenizer's files.</summary>
    public int? MaxLength(Tokenizer tokenizer) =>
        Number("sentence_bert_config.json", "max_seq_length") ?? tokenizer.MaxLength ?? Number("tokenizer_config.json", "model_max_length");

    /// <summary>What is put before a text of some kind, by the first name that there is.</summary>
    public string? Prompt(params ReadOnlySpan<string> names)
    {
        JsonElement? prompts = Member("config_sentence_transformers.json", "prompts");
        foreach (string name in names)
        {
            if (prompts is { ValueKind: JsonValueKind.Object } all && all.TryGetProperty(name, out JsonElement prompt) && prompt.ValueKind == JsonValueKind.String)
                return prompt.GetString();
        }
        return null;
    }

    /// <summary>The names of a classifier's outputs, by number; null where config.json has none.</summary>
    /// <exception cref="InvalidDataException">A number has no label.</exception>
    public string[]? Labels()
    {
        if (Member("config.json", "id2label") is not { ValueKind: JsonValueKind.Object } map) return null;
        var labels = new Dictionary<int, string>();
        foreach (JsonProperty label in map.EnumerateObject())
        {
            if (!int.TryParse(label.Name, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int id) || label.Value.ValueKind != JsonValueKind.String)
                throw new InvalidDataException($"{PathOf("config.json")}: $.id2label: expected numbers and names, found '{label.Name}'.");
            labels[id] = label.Value.GetString()!;
        }
        for (int i = 0; i < labels.Count; i++)
        {
            if (!labels.ContainsKey(i)) throw new InvalidDataException($"{PathOf("config.json")}: $.id2label: expected the numbers 0 to {labels.Count - 1}, found none for {i}.");
        }
        return [.. Enumerable.Range(0, labels.Count).Select(i => labels[i])];
    }

    /// <summary>A word of a file.</summary>
    public string? Text(string file, params ReadOnlySpan<string> path) =>
        Member(file, path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>A number of a file, where it is one that can be a number of tokens.</summary>
    public int? Number(string file, params ReadOnlySpan<string> path) =>
        Member(file, path) is { ValueKind: JsonValueKind.Number } number && number.GetDouble() is >= 0 and < MostTokens and double value ? (int)value : null;

    /// <summary>A token that generation_config.json or else config.json names.</summary>
    public int? Token(string name) => Number("generation_config.json", name) ?? Number("config.json", name);

    /// <summary>The number or the numbers of a file's member.</summary>
    /// <exception cref="InvalidDataException">One is no whole number.</exception>
    public int[]? Numbers(string file, string name)
    {
        return Member(file, name) switch
        {
            { ValueKind: JsonValueKind.Number } number => [Whole(number)],
            { ValueKind: JsonValueKind.Array } array => [.. array.EnumerateArray().Select(Whole)],
            _ => null,
        };

        int Whole(JsonElement item) => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int value) ? value
            : throw Unexpected(file, name, "whole numbers", item.GetRawText());
    }

    /// <summary>Lists of tokens that a file has; none where it has none.</summary>
    /// <exception cref="InvalidDataException">It is no list of lists of tokens, each of one at least.</exception>
    public int[][] Sequences(string file, string name)
    {
        if (Member(file, name) is not { ValueKind: not JsonValueKind.Null } lists) return [];
        if (lists.ValueKind == JsonValueKind.Array && lists.EnumerateArray().All(list => list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 && list.EnumerateArray().All(IsToken)))
            return [.. lists.EnumerateArray().Select(list => list.EnumerateArray().Select(item => item.GetInt32()).ToArray())];
        throw Unexpected(file, name, "lists of tokens", lists.GetRawText());

        static bool IsToken(JsonElement item) => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int token) && token >= 0;
    }

    /// <summary>What says how text is generated: generation_config.json, or config.json where there is none.</summary>
    public string GenerationFile => File.Exists(PathOf("generation_config.json")) ? "generation_config.json" : "config.json";

    /// <summary>What a member of a file is; null where there is none, or it is null.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The member.</param>
    /// <param name="expected">What it is to be, for the message.</param>
    /// <param name="read">What it is; null where it is something else.</param>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public T? Read<T>(string file, string name, string expected, Func<JsonElement, T?> read)
        where T : struct =>
        Member(file, name) is not { ValueKind: not JsonValueKind.Null } member ? null : read(member) ?? throw Unexpected(file, name, expected, member.GetRawText());

    /// <summary>What there is to say where a member of a file is not as expected.</summary>
    public InvalidDataException Unexpected(string file, string name, string expected, string found) => new($"{PathOf(file)}: $.{name}: expected {expected}, found {found}.");

    private string PathOf(string file) => Path.Combine(folder, file);

    private JsonElement? Member(string file, params ReadOnlySpan<string> path)
    {
        if (!_files.TryGetValue(file, out JsonElement? root)) _files[file] = root = Read(file);
        if (root is not JsonElement at) return null;
        foreach (string name in path)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at)) return null;
        }
        return at;
    }

    private JsonElement? Read(string file)
    {
        if (!File.Exists(PathOf(file))) return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(PathOf(file)));
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{PathOf(file)}: expected JSON, found something else: {e.Message}", e);
        }
    }
}
