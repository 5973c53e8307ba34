using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Attention.Tests;
using Xunit;

namespace Attention.Text.Tests;

/// <summary>tokenizer.json of llama's family, byte-pair encoding over characters with bytes for what is unknown, against Hugging Face's library.</summary>
public sealed class LlamaTests
{
    private const string Decoder = """{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}""";

    /// <summary>Normalizer, pre-tokenizer and the model's settings.</summary>
    private static readonly Dictionary<string, (string Normalizer, string PreTokenizer, string Settings)> Kinds = new()
    {
        ["legacy"] = ("""{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}""", "null", "\"fuse_unk\":true,\"byte_fallback\":true"),
        ["first"] = ("null", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}""", "\"fuse_unk\":true,\"byte_fallback\":true"),
        ["unknown"] = ("null", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""", "\"fuse_unk\":false,\"byte_fallback\":false"),
        ["fused"] = ("null", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":false}""", "\"fuse_unk\":true,\"byte_fallback\":false"),
        ["whole"] = ("null", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""", "\"fuse_unk\":true,\"byte_fallback\":true,\"ignore_merges\":true"),
    };

    public static TheoryData<string> Names => [.. Kinds.Keys];

    /// <summary>Merges as Hugging Face's converter makes them: all ways to make a piece of two, pieces of better scores before.</summary>
    private static string Json(string kind, IReadOnlyList<(string Text, double Score)> pieces)
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
        (string normalizer, string preTokenizer, string settings) = Kinds[kind];
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

    /// <summary>The 512 pieces of the little storyteller.</summary>
    private static List<(string, double)> Stories(string path)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path).AsSpan(4);
        List<(string, double)> pieces = [];
        while (!file.IsEmpty)
        {
            float score = BinaryPrimitives.ReadSingleLittleEndian(file);
            int length = BinaryPrimitives.ReadInt32LittleEndian(file[4..]);
            string text = Encoding.UTF8.GetString(file.Slice(8, length)).Replace(' ', '\u2581').Trim('\n');
            pieces.Add((text.Length == 0 ? "\n" : text, score));
            file = file[(8 + length)..];
        }
        return pieces;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void IdsAndTextAreTheReferences(string kind)
    {
        var pieces = SentencePieceFile.Read(SentencePieceGoldens.Model("bpe-bytes"), "bpe-bytes").Pieces;
        using Comparison comparison = new(Json(kind, [.. pieces.Select(piece => (piece.Text, (double)piece.Score))]));
        comparison.AssertSame([.. SentencePieceGoldens.Texts, .. HostileText.Lines(2000, 11, "<s>", "</s>", "<unk>", "<0x0A>")]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void StorytellersIdsAndTextAreTheReferences(string kind)
    {
        string? path = SharedModels.Find("stories260K/tok512.bin");
        Assert.SkipWhen(path is null, "../shared/models/stories260K is not there.");
        using Comparison comparison = new(Json(kind, Stories(path!)));
        comparison.AssertSame([.. SentencePieceGoldens.Texts, .. HostileText.Lines(2000, 12, "<s>", "</s>", "<unk>", "<0x0A>")]);
    }
}
