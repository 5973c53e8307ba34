using System.Text.Json;

namespace Attention.Text;

/// <summary>Reads byte-pair models of tokenizer.json, and of vocab.json with merges.txt.</summary>
internal static class BpeReader
{
    public static Bpe Read(JsonPart json)
    {
        json.Only("type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges", "vocab", "merges");
        if (!json["dropout"].IsNull && json["dropout"].Double() != 0) throw json["dropout"].Error("dropout is of training; ids would be of chance");
        var vocabulary = Vocabulary.Read(json["vocab"]);
        string prefix = json["continuing_subword_prefix"].StringOrNull() ?? "";
        var merges = new List<(int, int, int)>();
        foreach (JsonPart item in json["merges"].Items())
        {
            string[] pair = item.Element.ValueKind == JsonValueKind.Array ? [.. item.Items().Select(part => part.String())] : item.String().Split(' ');
            if (item.Element.ValueKind == JsonValueKind.String && item.String().StartsWith("#version", StringComparison.Ordinal)) continue;
            if (pair.Length != 2) throw item.Error($"expected two tokens, found {pair.Length}");
            merges.Add(Merge(vocabulary, pair[0], pair[1], prefix, item.Error));
        }
        return new(vocabulary, merges, new()
        {
            Unknown = json["unk_token"].IsNull ? null : vocabulary.Find(json["unk_token"]),
            FuseUnknown = json["fuse_unk"].Bool(false),
            ByteFallback = json["byte_fallback"].Bool(false),
            IgnoreMerges = json["ignore_merges"].Bool(false),
            ContinuingPrefix = prefix,
            EndSuffix = json["end_of_word_suffix"].StringOrNull() ?? "",
        });
    }

    /// <summary>A merge of two tokens: what continues a piece loses its mark.</summary>
    public static (int Left, int Right, int Id) Merge(Vocabulary vocabulary, string left, string right, string prefix, Func<string, InvalidDataException> error)
    {
        int Id(string token) => vocabulary.Table.Find(token) is >= 0 and int id ? id : throw error($"the token '{token}' of a merge is not in the vocabulary");
        if (right.Length < prefix.Length) throw error($"'{right}' is shorter than the mark '{prefix}' of what continues a word");
        return (Id(left), Id(right), Id(left + right[prefix.Length..]));
    }
}
