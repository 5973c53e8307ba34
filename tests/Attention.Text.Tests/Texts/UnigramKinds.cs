using System.Text;
using System.Text.Json;

namespace Attention.Text.Tests;

/// <summary>tokenizer.json of unigram kinds, as checkpoints bring them, over the pieces and rules of small SentencePiece models.</summary>
internal static class UnigramKinds
{
    public const string Always = """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""";

    /// <summary>Normalizer, pre-tokenizer, what else the model says, decoder, by the SentencePiece model whose pieces and rules it has.</summary>
    public static readonly Dictionary<string, (string Model, string? Normalizer, string? PreTokenizer, string Settings, string? Decoder)> All = new()
    {
        ["t5"] = ("unigram-nmt_nfkc", "{rules}", $$"""{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{{Always}}]}""", "", Always),
        ["xlm-r"] = ("unigram-nmt_nfkc", """{"type":"Sequence","normalizers":[{rules},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}]}""", Always, "", Always),
        ["albert"] = ("unigram-nmt_nfkc_cf", """{"type":"Sequence","normalizers":[{"type":"Replace","pattern":{"String":"``"},"content":"\""},{"type":"Replace","pattern":{"String":"''"},"content":"\""},{"type":"NFKD"},{"type":"StripAccents"},{"type":"Lowercase"},{rules},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}]}""", Always, "", Always),
        ["legacy"] = ("unigram-nmt_nfkc", "{rules}", """{"type":"Metaspace","replacement":"▁","add_prefix_space":true}""", "", """{"type":"Metaspace","replacement":"▁","str_rep":"▁","add_prefix_space":true}"""),
        ["legacy-without"] = ("unigram-identity", null, """{"type":"Metaspace","replacement":"▁","add_prefix_space":false,"prepend_scheme":"never"}""", "", """{"type":"Metaspace","replacement":"▁","add_prefix_space":false,"prepend_scheme":"never"}"""),
        ["cased-folded"] = ("unigram-nmt_nfkc_cf", "{rules}", Always, "", Always),
        ["first"] = ("unigram-nmt_nfkc_cf", """{"type":"Sequence","normalizers":[{"type":"Nmt"},{"type":"Strip","strip_left":true,"strip_right":false},{rules}]}""", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}""", "", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first"}"""),
        ["never"] = ("unigram-ties", null, """{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":false}""", "", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"never"}"""),
        ["high"] = ("unigram-high", null, Always, "", Always),
        ["other-mark"] = ("unigram-ties", null, """{"type":"Sequence","pretokenizers":[{"type":"Punctuation"},{"type":"Metaspace","replacement":"a","prepend_scheme":"first","split":true}]}""", "", """{"type":"Metaspace","replacement":"e"}"""),
        ["bytes"] = ("unigram-nfkc-bytes", """{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{rules}]}""", null, "\"byte_fallback\":true,",
            """{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}"""),
        ["bytes-lacking"] = ("unigram-ties", null, Always, "\"byte_fallback\":true,", Always),
    };

    /// <summary>A unigram tokenizer's JSON.</summary>
    public static string Json(IEnumerable<(string Text, double Score)> pieces, int? unknown, string? normalizer, string? preTokenizer, string settings, string? decoder, string added = "")
    {
        StringBuilder vocabulary = new();
        foreach ((string text, double score) in pieces)
            vocabulary.Append(vocabulary.Length == 0 ? "" : ",").Append('[').Append(JsonSerializer.Serialize(text)).Append(',').Append(JsonSerializer.Serialize(score)).Append(']');
        return $$"""
            {"version":"1.0","truncation":null,"padding":null,"added_tokens":[{{added}}],"normalizer":{{normalizer ?? "null"}},"pre_tokenizer":{{preTokenizer ?? "null"}},
            "post_processor":null,"decoder":{{decoder ?? "null"}},"model":{"type":"Unigram",{{settings}}"unk_id":{{unknown?.ToString() ?? "null"}},"vocab":[{{vocabulary}}]} }
            """;
    }

    public static string Json(string kind)
    {
        (string model, string? normalizer, string? preTokenizer, string settings, string? decoder) = All[kind];
        SentencePieceFile file = SentencePieceFile.Read(SentencePieceGoldens.Model(model), model);
        if (normalizer is not null && normalizer.Contains("{rules}", StringComparison.Ordinal))
            normalizer = normalizer.Replace("{rules}", $$"""{"type":"Precompiled","precompiled_charsmap":"{{Convert.ToBase64String(SentencePieceGoldens.Charsmap(model))}}"}""", StringComparison.Ordinal);
        int unknown = file.Pieces.FindIndex(piece => piece.Type == PieceType.Unknown);
        int mask = file.Pieces.FindIndex(piece => piece.Text == "<mask>");
        const string added = """
            {"id":1,"content":"<s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},
            {"id":2,"content":"</s>","single_word":false,"lstrip":true,"rstrip":false,"normalized":false,"special":true},
            {"id":{mask},"content":"<mask>","single_word":false,"lstrip":true,"rstrip":false,"normalized":true,"special":true}
            """;
        return Json(file.Pieces.Select(piece => (piece.Text, (double)piece.Score)), unknown, normalizer, preTokenizer, settings, decoder, added.Replace("{mask}", $"{(mask < 0 ? file.Pieces.Count : mask)}", StringComparison.Ordinal));
    }
}
