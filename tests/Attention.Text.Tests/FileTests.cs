using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Attention.Text.Tests;

public class FileTests
{
    private const string Words = """{"version":"1.0","added_tokens":[],"normalizer":null,"pre_tokenizer":{"type":"Whitespace"},"post_processor":null,"decoder":null,"model":{"type":"WordLevel","vocab":{"[UNK]":0,"a":1,"b":2},"unk_token":"[UNK]"}}""";

    [Theory]
    [InlineData("GPT2Tokenizer")]
    [InlineData("Qwen2TokenizerFast")]
    [InlineData(null)]
    public void A_vocabulary_with_merges_is_what_its_tokenizer_json_is(string? kind)
    {
        string json = kind is "Qwen2TokenizerFast" ? ByteLevelKinds.Qwen2 : ByteLevelKinds.Gpt2;
        using var folder = new TemporaryFolder();
        Write(folder, json, kind is null ? null : new JsonObject { ["tokenizer_class"] = kind, ["eos_token"] = "<|endoftext|>" }, "<|endoftext|>");
        Tokenizer found = Tokenizer.Load(folder.Path), expected = Load(json);
        Assert.Equal(50256, found.EndId);
        foreach (string line in HostileText.Lines(500, 13, "<|endoftext|>"))
        {
            int[] ids = expected.EncodeToIds(line);
            Assert.Equal(ids, found.EncodeToIds(line));
            Assert.Equal(expected.Decode(ids), found.Decode(ids));
        }
    }

    [Fact]
    public void A_vocabulary_of_RoBERTa_has_its_special_tokens()
    {
        using var folder = new TemporaryFolder();
        Write(folder, ByteLevelKinds.Roberta, new JsonObject { ["tokenizer_class"] = "RobertaTokenizer", ["add_prefix_space"] = true }, "<s>", "</s>", "<mask>");
        Tokenizer found = Tokenizer.Load(folder.Path), expected = Load(ByteLevelKinds.Roberta);
        Assert.Equal((50256, 50257, 50258), (found.ClassId, found.EndId, found.MaskId));
        foreach (string line in HostileText.Lines(500, 14, "<s>", "<mask>", " <mask>")) Assert.Equal(expected.EncodeToIds(line), found.EncodeToIds(line));
        EncodedText pair = found.Encode("a b", "c");
        Assert.Equal([50256, 257, 275, 50257, 50257, 269, 50257], pair.Ids);
        Assert.All(pair.TypeIds, type => Assert.Equal(0, type));
        Assert.Equal([0..0, 0..1, 2..3, 0..0, 0..0, 0..1, 0..0], pair.Offsets);
    }

    [Theory]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"Odd"}]}""", "normalizer", "$.normalizer.normalizers[0].type: the normalizer 'Odd' is not known")]
    [InlineData("""{"type":"NFC","odd":1}""", "normalizer", "$.normalizer: the key 'odd' is not known")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":"(?<=a)"},"content":""}""", "normalizer", "$.normalizer.pattern.Regex: the expression '(?<=a)' at 1")]
    [InlineData("""{"type":"Replace","pattern":{"String":""},"content":""}""", "normalizer", "not empty")]
    [InlineData("""{"type":"Split","pattern":{"String":"a"},"behavior":"Odd","invert":false}""", "pre_tokenizer", "$.pre_tokenizer.behavior: the behavior 'Odd'")]
    [InlineData("""{"type":"UnicodeScripts"}""", "pre_tokenizer", "'UnicodeScripts' is not known")]
    [InlineData("""{"type":"CTC"}""", "decoder", "$.decoder.type: the decoder 'CTC' is not known")]
    [InlineData("""{"type":"TemplateProcessing","single":[{"Sequence":{"id":"B","type_id":0}}],"pair":[],"special_tokens":{}}""", "post_processor", "$.post_processor.single[0].Sequence.id: expected A, found 'B'")]
    [InlineData("""{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x","type_id":0}}],"pair":[],"special_tokens":{}}""", "post_processor", "not among special_tokens")]
    [InlineData("""{"type":"TemplateProcessing","single":[],"pair":[],"special_tokens":{}}""", "post_processor", "expected the text A")]
    [InlineData("""{"type":"WordLevel","vocab":{"a":-1},"unk_token":"a"}""", "model", "$.model.vocab.a: an id is 0 or more")]
    [InlineData("""{"type":"WordLevel","vocab":{"a":0},"unk_token":"b"}""", "model", "$.model.unk_token: the token 'b' is not in the vocabulary")]
    [InlineData("""{"type":"WordPiece","vocab":{"a":"0"},"unk_token":"a","continuing_subword_prefix":"##","max_input_chars_per_word":100}""", "model", "expected a whole number of 32 bits, found \"0\"")]
    [InlineData("""{"type":"BPE","vocab":{"a":0},"merges":["a b"]}""", "model", "$.model.merges[0]: the token 'b' of a merge is not in the vocabulary")]
    [InlineData("""{"type":"BPE","vocab":{"a":0},"merges":["a"]}""", "model", "$.model.merges[0]: expected two tokens, found 1")]
    [InlineData("""{"type":"BPE","dropout":0.1,"vocab":{"a":0},"merges":[]}""", "model", "$.model.dropout")]
    [InlineData("""[{"id":7,"content":"<a>"}]""", "added_tokens", "$.added_tokens[0].id: expected 3")]
    [InlineData("""[{"id":2,"content":"a"}]""", "added_tokens", "has the id 1 in the model's vocabulary, and 2 here")]
    [InlineData("""{}""", "normalizer", "$.normalizer.type: expected a string, found nothing")]
    [InlineData("""3""", "pre_tokenizer", "$.pre_tokenizer: expected an object, found 3")]
    public void What_is_not_as_expected_says_file_and_path(string part, string key, string message)
    {
        JsonNode json = JsonNode.Parse(Words)!;
        json[key] = JsonNode.Parse(part);
        var error = Assert.Throws<InvalidDataException>(() => Tokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(json.ToJsonString())), "here.json"));
        Assert.StartsWith("here.json: $", error.Message);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void What_is_no_file_says_what_was_expected()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("expected one of tokenizer.json, vocab.txt", Assert.Throws<FileNotFoundException>(() => Tokenizer.Load(folder.Path)).Message);
        Assert.Throws<FileNotFoundException>(() => Tokenizer.Load(folder.File("tokenizer.json")));
        File.WriteAllText(folder.File("tokenizer.json"), "{");
        Assert.Contains("not JSON", Assert.Throws<InvalidDataException>(() => Tokenizer.Load(folder.Path)).Message);
        File.WriteAllText(folder.File("vocab.txt"), "a\nb\n");
        Assert.Contains("expected the token [UNK], found none", Assert.Throws<InvalidDataException>(() => Tokenizer.Load(folder.File("vocab.txt"))).Message);
        File.WriteAllText(folder.File("vocab.json"), """{"a":0}""");
        Assert.Contains("merges.txt", Assert.Throws<FileNotFoundException>(() => Tokenizer.Load(folder.File("vocab.json"))).Message);
        File.WriteAllText(folder.File("merges.txt"), "#version: 0.2\na b\n");
        Assert.Contains("line 2: the token 'b'", Assert.Throws<InvalidDataException>(() => Tokenizer.Load(folder.File("vocab.json"))).Message);
    }

    [Fact]
    public void A_file_cut_anywhere_is_an_error_and_nothing_else()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Words);
        for (int length = 0; length < whole.Length; length++)
            Assert.Throws<InvalidDataException>(() => Tokenizer.Load(new MemoryStream(whole, 0, length)));
    }

    /// <summary>Each stage of the kinds below is changed at a place by chance: read or refused, never anything else.</summary>
    [Fact]
    public void A_file_changed_anywhere_is_read_or_refused()
    {
        string[] files =
        [
            Words,
            Vocabularies.BertJson(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "##b", "é"]),
            """{"added_tokens":[{"id":4,"content":"<a>","lstrip":true,"special":true}],"normalizer":{"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Replace","pattern":{"Regex":"\\s{2,}|[^a-z&&[\\p{L}]]"},"content":" "}]},"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(?i:'s)| ?\\p{L}+|\\s+(?!\\S)"},"behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":false}]},"post_processor":{"type":"Sequence","processors":[{"type":"ByteLevel","trim_offsets":true},{"type":"BertProcessing","sep":["b",1],"cls":["a",0]}]},"decoder":{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Strip","content":" ","start":1,"stop":0}]},"model":{"type":"BPE","unk_token":"a","vocab":{"a":0,"b":1,"ab":2,"Ġ":3},"merges":[["a","b"]]}}""",
        ];
        var random = new Random(16);
        int read = 0, refused = 0;
        foreach (string file in files)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(file);
            for (int turn = 0; turn < 3000; turn++)
            {
                byte[] changed = [.. bytes];
                for (int left = 1 + random.Next(3); left > 0; left--)
                    changed[random.Next(changed.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : bytes[random.Next(bytes.Length)];
                try
                {
                    Tokenizer tokenizer = Tokenizer.Load(new MemoryStream(changed));
                    tokenizer.Decode(tokenizer.Encode("a ab  b's <a>", "éab").Ids, false);
                    read++;
                }
                catch (InvalidDataException)
                {
                    refused++;
                }
            }
        }
        Assert.True(read > 100 && refused > 3000, $"{read} read, {refused} refused");
    }

    [Fact]
    public void Words_are_tokens_or_unknown()
    {
        using var comparison = new Comparison(Words);
        comparison.AssertSame(["a b", "a c b", "", "ab", "a.b"]);
        Assert.Equal((3, 0, null), (comparison.Tokenizer.VocabularySize, comparison.Tokenizer.UnknownId, comparison.Tokenizer.PadId));
        Assert.Equal((1, null, "b", null), (comparison.Tokenizer.TokenToId("a"), comparison.Tokenizer.TokenToId("c"), comparison.Tokenizer.IdToToken(2), comparison.Tokenizer.IdToToken(9)));
    }

    private static Tokenizer Load(string json) => Tokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)));

    private static void Write(TemporaryFolder folder, string json, JsonObject? config, params string[] added)
    {
        JsonNode model = JsonNode.Parse(json)!["model"]!;
        JsonObject vocabulary = model["vocab"]!.DeepClone().AsObject();
        foreach (string token in added) vocabulary[token] = vocabulary.Count;
        File.WriteAllText(folder.File("vocab.json"), vocabulary.ToJsonString());
        File.WriteAllLines(folder.File("merges.txt"), ["#version: 0.2", .. model["merges"]!.AsArray().Select(pair => pair is JsonArray parts ? $"{parts[0]} {parts[1]}" : pair!.ToString())]);
        if (config is not null) File.WriteAllText(folder.File("tokenizer_config.json"), config.ToJsonString());
    }
}
