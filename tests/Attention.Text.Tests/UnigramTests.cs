using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attention.Tests;
using Xunit;

namespace Attention.Text.Tests;

/// <summary>tokenizer.json of the families of T5 and XLM-R against Hugging Face's library.</summary>
public sealed class UnigramTests
{
    private const string Always = """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""";

    /// <summary>Normalizer, pre-tokenizer, what else the model says, decoder, by the SentencePiece model whose pieces and rules it has.</summary>
    private static readonly Dictionary<string, (string Model, string? Normalizer, string? PreTokenizer, string Settings, string? Decoder)> Kinds = new()
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

    public static TheoryData<string> Names => [.. Kinds.Keys];

    /// <summary>A unigram tokenizer's JSON.</summary>
    private static string Json(IEnumerable<(string Text, double Score)> pieces, int? unknown, string? normalizer, string? preTokenizer, string settings, string? decoder, string added = "")
    {
        StringBuilder vocabulary = new();
        foreach ((string text, double score) in pieces)
            vocabulary.Append(vocabulary.Length == 0 ? "" : ",").Append('[').Append(JsonSerializer.Serialize(text)).Append(',').Append(JsonSerializer.Serialize(score)).Append(']');
        return $$"""
            {"version":"1.0","truncation":null,"padding":null,"added_tokens":[{{added}}],"normalizer":{{normalizer ?? "null"}},"pre_tokenizer":{{preTokenizer ?? "null"}},
            "post_processor":null,"decoder":{{decoder ?? "null"}},"model":{"type":"Unigram",{{settings}}"unk_id":{{unknown?.ToString() ?? "null"}},"vocab":[{{vocabulary}}]} }
            """;
    }

    private static string Json(string kind)
    {
        (string model, string? normalizer, string? preTokenizer, string settings, string? decoder) = Kinds[kind];
        SentencePieceFile file = SentencePieceFile.Read(SentencePieceGoldens.Model(model), model);
        if (normalizer is not null && normalizer.Contains("{rules}", StringComparison.Ordinal))
            normalizer = normalizer.Replace("{rules}", $$"""{"type":"Precompiled","precompiled_charsmap":"{{Convert.ToBase64String(PrecompiledTests.Charsmap(model))}}"}""", StringComparison.Ordinal);
        int unknown = file.Pieces.FindIndex(piece => piece.Type == PieceType.Unknown);
        int mask = file.Pieces.FindIndex(piece => piece.Text == "<mask>");
        const string added = """
            {"id":1,"content":"<s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},
            {"id":2,"content":"</s>","single_word":false,"lstrip":true,"rstrip":false,"normalized":false,"special":true},
            {"id":{mask},"content":"<mask>","single_word":false,"lstrip":true,"rstrip":false,"normalized":true,"special":true}
            """;
        return Json(file.Pieces.Select(piece => (piece.Text, (double)piece.Score)), unknown, normalizer, preTokenizer, settings, decoder, added.Replace("{mask}", $"{(mask < 0 ? file.Pieces.Count : mask)}", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void IdsAndTextAreTheReferences(string kind)
    {
        using Comparison comparison = new(Json(kind));
        comparison.AssertSame([.. SentencePieceGoldens.Texts, .. HostileText.Lines(2000, 10, "<s>", "</s>", "<mask>", "<unk>", " \u2581")]);
    }

    /// <summary>
    /// 8000 pieces of a published model. The reserved ones have a score of 0 there: as in the reference they are pieces like others.
    /// Seven have none in the file and are given one here, so the ids are the reference's for these scores, not the published model's.
    /// </summary>
    [Fact]
    public void VocabularyOfThousandsIsTheReferences()
    {
        string? path = SharedModels.Find("use-lite/vocab.json");
        Assert.SkipWhen(path is null, "../shared/models/use-lite is not there.");
        (string, double)[] pieces = [.. JsonNode.Parse(File.ReadAllText(path!))!.AsArray().Select(pair => ((string)pair![0]!, (double?)pair[1] ?? -9.5))];
        using Comparison comparison = new(Json(pieces, 0, null, Always, "", Always));
        comparison.AssertSame([.. SentencePieceGoldens.Texts, .. HostileText.Lines(2000, 10, "<s>", "</s>", "<mask>", "<unk>", " \u2581")]);
    }

    /// <summary>Without an unknown piece a character without a piece is an error, unless a better way to its end is known by then; so it is in the reference.</summary>
    [Theory]
    [InlineData("ab", true)]
    [InlineData("cab", true)]
    [InlineData("", true)]
    [InlineData("cd", true)]
    [InlineData("dc", false)]
    [InlineData("c\u3042", false)]
    public void WithoutUnknownPieceTheRestIsAnError(string text, bool written)
    {
        string json = Json([("a", -1), ("b", -2), ("c", -3), ("dc", -1), ("cd", -1)], null, null, null, "", null);
        Tokenizer tokenizer = Tokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)));
        using Oracle reference = new(json);
        if (written)
        {
            Assert.Equal(reference.Encode(text), tokenizer.EncodeToIds(text));
            return;
        }
        Assert.ThrowsAny<Exception>(() => reference.Encode(text));
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => tokenizer.EncodeToIds(text));
        Assert.Contains(text[0] == 'd' ? "U+0064" : "U+3042", error.Message);
    }
}
