using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Attention.Text.Tests;

/// <summary>Byte-pair vocabularies that are given as tokens by rank, as tokenizer.json has them.</summary>
internal static class ByteRanks
{
    /// <summary>The tokens of gpt2 or cl100k_base by rank, their bytes as Latin-1.</summary>
    public static string[] Of(string name)
    {
        using var reader = new StreamReader(new DeflateStream(Vocabularies.Resource(name, $"{name}.tiktoken.deflate"), CompressionMode.Decompress));
        reader.ReadLine();
        var tokens = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            string[] parts = line.Split(' ');
            if (parts.Length == 2 && int.Parse(parts[1]) != tokens.Count) throw new InvalidDataException(line);
            tokens.Add(string.Concat(Convert.FromBase64String(parts[0]).Select(value => (char)value)));
        }
        return [.. tokens];
    }

    /// <summary>The two tokens that the lesser ranks leave of each token are its merge.</summary>
    public static List<(string Left, string Right)> Merges(string[] tokens)
    {
        Dictionary<string, int> ranks = tokens.Select((token, rank) => (token, rank)).ToDictionary();
        var merges = new List<(string, string)>();
        for (int rank = 0; rank < tokens.Length; rank++)
        {
            List<string> parts = [.. tokens[rank].Select(unit => unit.ToString())];
            while (parts.Count > 2)
            {
                int best = Enumerable.Range(0, parts.Count - 1).MinBy(i => ranks.TryGetValue(parts[i] + parts[i + 1], out int found) && found < rank ? found : int.MaxValue);
                parts[best] += parts[best + 1];
                parts.RemoveAt(best + 1);
            }
            if (parts.Count == 2) merges.Add((parts[0], parts[1]));
        }
        return merges;
    }

    /// <summary>A tokenizer.json; special tokens have the ids after the vocabulary's.</summary>
    public static string Json(string name, string preTokenizer, string? normalizer = null, string? postProcessor = null, JsonArray? added = null, bool ignoreMerges = false, bool pairsAsStrings = false)
    {
        string[] tokens = Of(name);
        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = added ?? [Added("<|endoftext|>", tokens.Length)],
            ["normalizer"] = normalizer is null ? null : JsonNode.Parse(normalizer),
            ["pre_tokenizer"] = JsonNode.Parse(preTokenizer),
            ["post_processor"] = postProcessor is null ? null : JsonNode.Parse(postProcessor),
            ["decoder"] = JsonNode.Parse("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}"""),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE", ["dropout"] = null, ["unk_token"] = null, ["continuing_subword_prefix"] = pairsAsStrings ? "" : null, ["end_of_word_suffix"] = pairsAsStrings ? "" : null,
                ["fuse_unk"] = false, ["byte_fallback"] = false, ["ignore_merges"] = ignoreMerges,
                ["vocab"] = new JsonObject(tokens.Select((token, id) => KeyValuePair.Create(Signs(token), (JsonNode?)id))),
                ["merges"] = new JsonArray([.. Merges(tokens).Select(pair => pairsAsStrings
                    ? (JsonNode)$"{Signs(pair.Left)} {Signs(pair.Right)}"
                    : new JsonArray(Signs(pair.Left), Signs(pair.Right)))]),
            },
        }.ToJsonString();
    }

    public static JsonObject Added(string content, int id, bool lstrip = false, bool rstrip = false, bool singleWord = false, bool normalized = false, bool special = true) => new()
    {
        ["id"] = id, ["content"] = content, ["single_word"] = singleWord, ["lstrip"] = lstrip, ["rstrip"] = rstrip, ["normalized"] = normalized, ["special"] = special,
    };

    /// <summary>Bytes as printable signs: those that are none are numbered from U+0100.</summary>
    private static string Signs(string bytes) => string.Concat(bytes.Select(value => Printable.TryGetValue(value, out char sign) ? sign : value));

    private static readonly Dictionary<char, char> Printable =
        Enumerable.Range(0, 256).Where(value => value is <= 0x20 or (>= 0x7F and <= 0xA0) or 0xAD).Select((value, index) => ((char)value, (char)(0x100 + index))).ToDictionary();
}
