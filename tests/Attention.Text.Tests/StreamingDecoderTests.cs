using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Attention.Text.Tests;

public class StreamingDecoderTests
{
    public static TheoryData<string> Kinds => ["bert", "gpt2", "bytes"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_parts_are_the_text_and_no_part_ends_within_a_code_point(string kind)
    {
        Tokenizer tokenizer = Of(kind);
        var decoder = new StreamingDecoder(tokenizer);
        foreach (string line in HostileText.Lines(1000, 12).Select(line => line.Replace("\uFFFD", "", StringComparison.Ordinal)).Append(string.Concat(Enumerable.Repeat("🎉🧑‍🚀語", 300))))
        {
            int[] ids = tokenizer.EncodeToIds(line);
            string[] parts = [.. ids.Select(decoder.Append), decoder.Finish()];
            Assert.Equal(tokenizer.Decode(ids), string.Concat(parts));
            Assert.All(parts, part => Assert.False(part.Contains('\uFFFD') || (part.Length > 0 && char.IsHighSurrogate(part[^1])), line));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Text_comes_as_soon_as_it_is_whole(string kind)
    {
        Tokenizer tokenizer = Of(kind);
        var decoder = new StreamingDecoder(tokenizer);
        int[] ids = tokenizer.EncodeToIds("one two three", new EncodeOptions { AddSpecialTokens = false });
        foreach (int id in ids) Assert.NotEqual("", decoder.Append(id));
        Assert.Equal("", decoder.Finish());
    }

    [Fact]
    public void Bytes_that_are_no_text_are_shown_all_the_same_and_cost_no_more()
    {
        Tokenizer tokenizer = Of("gpt2");
        int[] ids = [.. Enumerable.Repeat(tokenizer.TokenToId("ł")!.Value, 500), tokenizer.TokenToId("a")!.Value];
        var decoder = new StreamingDecoder(tokenizer);
        string found = string.Concat(ids.Select(decoder.Append)) + decoder.Finish();
        Assert.Equal(tokenizer.Decode(ids), found);
    }

    private static Tokenizer Of(string kind)
    {
        JsonNode bytes = JsonNode.Parse(Oracle.JsonOfBytes(null, null))!;
        bytes["decoder"] = JsonNode.Parse("""{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"}]}""");
        string json = kind switch { "bert" => Vocabularies.BertJson(Vocabularies.MiniLm()), "gpt2" => ByteLevelKinds.Gpt2, _ => bytes.ToJsonString() };
        return Tokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)));
    }
}
