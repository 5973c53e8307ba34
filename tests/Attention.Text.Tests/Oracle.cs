using System.Text;
using System.Text.Json.Nodes;

namespace Attention.Text.Tests;

/// <summary>Hugging Face's own library over a tokenizer.json: what everything is compared with.</summary>
internal sealed class Oracle : IDisposable
{
    public const string Mark = "\uE000";

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"tokenizer-{Guid.NewGuid():N}.json");
    private readonly Tokenizers.DotNet.Tokenizer _tokenizer;

    public Oracle(string json)
    {
        File.WriteAllText(_file, json);
        try
        {
            _tokenizer = new(vocabPath: _file);
        }
        finally
        {
            File.Delete(_file);
        }
    }

    public int[] Encode(string text) => [.. _tokenizer.Encode(text).Select(id => (int)id)];

    public string Decode(IEnumerable<int> ids) => _tokenizer.Decode([.. ids.Select(id => (uint)id)]);

    public void Dispose() => (_tokenizer as IDisposable)?.Dispose();

    /// <summary>A tokenizer whose ids are the bytes of what normalizer and pre-tokenizer leave of a text.</summary>
    public static Oracle OfBytes(string? normalizer = null, string? preTokenizer = null) => new(JsonOfBytes(normalizer, preTokenizer));

    /// <summary>A pre-tokenizer after which each piece begins with <see cref="Mark"/>.</summary>
    public static string Marked(string preTokenizer) =>
        $$"""{"type":"Sequence","pretokenizers":[{{preTokenizer}},{"type":"Metaspace","replacement":"{{Mark}}","prepend_scheme":"always","split":false}]}""";

    public static string JsonOfBytes(string? normalizer, string? preTokenizer, string? endOfPiece = null)
    {
        var vocabulary = new JsonObject(Enumerable.Range(0, 256).Select(value => KeyValuePair.Create($"<0x{value:X2}>", (JsonNode?)value)));
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(),
            ["normalizer"] = normalizer is null ? null : JsonNode.Parse(normalizer),
            ["pre_tokenizer"] = preTokenizer is null ? null : JsonNode.Parse(preTokenizer),
            ["post_processor"] = null,
            ["decoder"] = null,
            ["model"] = new JsonObject { ["type"] = "BPE", ["byte_fallback"] = true, ["end_of_word_suffix"] = endOfPiece, ["vocab"] = vocabulary, ["merges"] = new JsonArray() },
        }.ToJsonString();
    }

    /// <summary>The text that is left, of a tokenizer of bytes.</summary>
    public string Text(string text) => Encoding.UTF8.GetString([.. Encode(text).Select(id => (byte)id)]);
}
