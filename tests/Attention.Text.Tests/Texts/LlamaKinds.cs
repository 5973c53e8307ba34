using System.Text.Json;

namespace Attention.Text.Tests;

/// <summary>tokenizer.json of llama's kinds, as checkpoints bring them.</summary>
internal static class LlamaKinds
{
    private const string Decoder = """{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}""";

    /// <summary>Normalizer, pre-tokenizer and the model's settings.</summary>
    public static readonly Dictionary<string, (string Normalizer, string PreTokenizer, string Settings)> All = new()
    {
        ["legacy"] = ("""{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}""", "null", "\"fuse_unk\":true,\"byte_fallback\":true"),
        ["first"] = ("null", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}""", "\"fuse_unk\":true,\"byte_fallback\":true"),
        ["unknown"] = ("null", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""", "\"fuse_unk\":false,\"byte_fallback\":false"),
        ["fused"] = ("null", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":false}""", "\"fuse_unk\":true,\"byte_fallback\":false"),
        ["whole"] = ("null", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""", "\"fuse_unk\":true,\"byte_fallback\":true,\"ignore_merges\":true"),
    };

    /// <summary>The kind over the pieces of a small SentencePiece model.</summary>
    public static string Json(string kind) =>
        Json(kind, [.. SentencePieceFile.Read(SentencePieceGoldens.Model("bpe-bytes"), "bpe-bytes").Pieces.Select(piece => (piece.Text, (double)piece.Score))]);

    /// <summary>Merges as Hugging Face's converter makes them: all ways to make a piece of two, pieces of better scores before.</summary>
    public static string Json(string kind, IReadOnlyList<(string Text, double Score)> pieces)
    {
        Dictionary<string, int> ids = [];
        for (int id = 0; id < pieces.Count; id++) ids[pieces[id].Text] = id;
        List<(string Left, string Right, double Score)> merges = [];
        foreach ((string text, double score) in pieces)
        {
            for (int length = 1; length < text.Length; length++)
            {
                if (char.IsLowSurrogate(text[length]) || !ids.ContainsKey(text[..length]) || !ids.ContainsKey(text[length..])) continue;
                merges.Add((text[..length], text[length..], score));
            }
        }
        string[][] ordered = [.. merges.OrderByDescending(merge => merge.Score).ThenBy(merge => ids[merge.Left]).ThenBy(merge => ids[merge.Right]).Select(merge => (string[])[merge.Left, merge.Right])];
        (string normalizer, string preTokenizer, string settings) = All[kind];
        return $$"""
            {"version":"1.0","truncation":null,"padding":null,"added_tokens":[
            {"id":1,"content":"<s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},
            {"id":2,"content":"</s>","single_word":false,"lstrip":false,"rstrip":true,"normalized":false,"special":true}],
            "normalizer":{{normalizer}},"pre_tokenizer":{{preTokenizer}},"post_processor":{"type":"TemplateProcessing",
            "single":[{"SpecialToken":{"id":"<s>","type_id":0} },{"Sequence":{"id":"A","type_id":0} }],"pair":[{"SpecialToken":{"id":"<s>","type_id":0} },{"Sequence":{"id":"A","type_id":0} },{"SpecialToken":{"id":"<s>","type_id":1} },{"Sequence":{"id":"B","type_id":1} }],
            "special_tokens":{"<s>":{"id":"<s>","ids":[1],"tokens":["<s>"]} } },"decoder":{{Decoder}},
            "model":{"type":"BPE","dropout":null,"unk_token":"<unk>","continuing_subword_prefix":null,"end_of_word_suffix":null,{{settings}},
            "vocab":{{JsonSerializer.Serialize(ids)}},"merges":{{JsonSerializer.Serialize(ordered)}}} }
            """;
    }
}
