using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Attention.Text.Tests;

public class BertTests
{
    private static readonly string[] Special = ["[CLS]", "[SEP]", "[MASK]", "[UNK]", "[PAD]", "[cls]", "[MASK", "[ MASK ]"];

    private static Tokenizer MiniLm => field ??= Load(Vocabularies.BertJson(Vocabularies.MiniLm()));

    [Theory]
    [InlineData("""{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}""")]
    [InlineData("""{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":false}""")]
    [InlineData("""{"type":"BertNormalizer","clean_text":false,"handle_chinese_chars":false,"strip_accents":false,"lowercase":true}""")]
    [InlineData("""{"type":"BertNormalizer","clean_text":false,"handle_chinese_chars":false,"strip_accents":true,"lowercase":false}""")]
    public void Ids_and_text_are_the_references(string normalizer)
    {
        using var comparison = new Comparison(Vocabularies.BertJson(Vocabularies.MiniLm(), normalizer, maxLength: null));
        comparison.AssertSame(HostileText.Lines(2000, 1, Special));
    }

    [Fact]
    public void A_cut_text_is_the_references()
    {
        using var oracle = new Oracle(Vocabularies.BertJson(Vocabularies.MiniLm(), maxLength: 9));
        Assert.Equal(128, MiniLm.MaxLength);
        int cut = 0;
        foreach (string line in HostileText.Lines(2000, 2, Special))
        {
            EncodedText found = MiniLm.Encode(line, new EncodeOptions { MaxLength = 9 });
            Assert.Equal(oracle.Encode(line), found.Ids);
            Assert.Equal(MiniLm.CountTokens(line) > 9, found.Truncated);
            cut += found.Truncated ? 1 : 0;
        }
        Assert.InRange(cut, 500, 1500);
    }

    [Fact]
    public void A_vocabulary_alone_is_read_as_BERTs()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("vocab.txt"), string.Join("\r\n", Vocabularies.MiniLm()) + "\r\n");
        Tokenizer tokenizer = Tokenizer.Load(folder.Path);
        Assert.Equal(30522, tokenizer.VocabularySize);
        Assert.Equal((101, 102, 0, 100, 103), (tokenizer.ClassId, tokenizer.SeparatorId, tokenizer.PadId, tokenizer.UnknownId, tokenizer.MaskId));
        foreach (string line in HostileText.Lines(500, 3, Special)) Assert.Equal(MiniLm.EncodeToIds(line), tokenizer.EncodeToIds(line));
        File.WriteAllText(folder.File("tokenizer_config.json"), """{"do_lower_case":false}""");
        Assert.Equal([101, 100, 102], Tokenizer.Load(folder.Path).EncodeToIds("HELLO"));
    }

    [Fact]
    public void A_surrogate_alone_is_the_replacement_character()
    {
        foreach (string lone in (string[])["\uD800", "\uDC00", "\uDC00\uD800"])
            Assert.Equal(MiniLm.EncodeToIds($"a {lone.Replace('\uD800', '\uFFFD').Replace('\uDC00', '\uFFFD')}b"), MiniLm.EncodeToIds($"a {lone}b"));
    }

    [Fact]
    public void The_published_models_golden_ids_are_found()
    {
        string? file = Attention.Tests.SharedModels.Find("minilm/golden.safetensors");
        Assert.SkipWhen(file is null, "minilm's golden.safetensors is not here.");
        byte[] bytes = File.ReadAllBytes(file);
        int length = (int)BitConverter.ToInt64(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, length));
        using var texts = JsonDocument.Parse(header.RootElement.GetProperty("__metadata__").GetProperty("texts").GetString()!);
        int number = 0;
        foreach (JsonElement text in texts.RootElement.EnumerateArray())
        {
            JsonElement place = header.RootElement.GetProperty($"{number++}.ids").GetProperty("data_offsets");
            int start = 8 + length + place[0].GetInt32(), end = 8 + length + place[1].GetInt32();
            Assert.Equal(MemoryMarshal.Cast<byte, int>(bytes.AsSpan(start..end)).ToArray(), MiniLm.EncodeToIds(text.GetString(), new EncodeOptions { MaxLength = 256 }));
        }
        Assert.Equal(25, number);
    }

    [Fact]
    public void Each_tokens_span_of_the_text_normalises_to_its_piece()
    {
        using Oracle normalizer = Oracle.OfBytes("""{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}""");
        int seen = 0;
        foreach (string line in HostileText.Lines(2000, 4))
        {
            EncodedText found = MiniLm.Encode(line);
            int last = 0;
            // A syllable of Hangul may be several tokens, which share its span.
            foreach (var group in Enumerable.Range(1, found.Ids.Length - 2).GroupBy(i => found.Offsets[i]))
            {
                (int start, int end) = (group.Key.Start.Value, group.Key.End.Value);
                Assert.True(last <= start && start < end && end <= line.Length, line);
                last = end;
                if (group.Any(i => found.Ids[i] == MiniLm.UnknownId)) continue;
                string piece = string.Concat(group.Select(i => MiniLm.IdToToken(found.Ids[i])!).Select((token, at) => at > 0 ? token.Replace("##", "") : token));
                string origin = normalizer.Text(line[start..end]).Trim(' ');
                Assert.True(origin == piece || "##" + origin == piece, $"{line}: {origin} for {piece}");
                seen++;
            }
        }
        Assert.True(seen > 20_000);
    }

    [Fact]
    public void A_pair_is_two_texts_in_the_template()
    {
        EncodedText pair = MiniLm.Encode("how are threads shared", "a thread is shared");
        int[] first = MiniLm.EncodeToIds("how are threads shared")[1..^1], second = MiniLm.EncodeToIds("a thread is shared")[1..^1];
        Assert.Equal([101, .. first, 102, .. second, 102], pair.Ids);
        Assert.Equal([0, .. first.Select(_ => 0), 0, .. second.Select(_ => 1), 1], pair.TypeIds);
        Assert.Equal([-1, .. first.Select(_ => 0), -1, .. second.Select(_ => 1), -1], pair.Sequences);
        Assert.Equal([true, .. first.Select(_ => false), true, .. second.Select(_ => false), true], pair.SpecialTokensMask);
        Assert.Equal("shared", "a thread is shared"[pair.Offsets[^2]]);
        EncodedText plain = MiniLm.Encode("how are threads shared", "a thread is shared", new EncodeOptions { AddSpecialTokens = false });
        Assert.Equal([.. first, .. second], plain.Ids);
    }

    [Theory]
    [InlineData(2, 8, 7, 2, 5)]
    [InlineData(8, 2, 7, 5, 2)]
    [InlineData(4, 4, 7, 3, 4)]
    [InlineData(8, 4, 7, 4, 3)]
    [InlineData(8, 8, 7, 3, 4)]
    [InlineData(9, 8, 7, 4, 3)]
    [InlineData(0, 8, 7, 0, 7)]
    [InlineData(3, 4, 7, 3, 4)]
    [InlineData(8, 8, 0, 0, 0)]
    public void The_longest_gives_way_first(int first, int second, int room, int keptFirst, int keptSecond)
    {
        string Words(int count) => string.Join(' ', Enumerable.Repeat("word", count));
        EncodedText found = MiniLm.Encode(Words(first), Words(second), new EncodeOptions { MaxLength = room + 3 });
        Assert.Equal((keptFirst, keptSecond), (found.Sequences.Count(text => text == 0), found.Sequences.Count(text => text == 1)));
        Assert.Equal(first + second > room, found.Truncated);
    }

    [Fact]
    public void One_text_alone_gives_way_where_that_is_asked()
    {
        var options = new EncodeOptions { MaxLength = 8, Truncation = TruncationStrategy.OnlySecond };
        Assert.Equal([101, 2028, 2048, 102, 2093, 2176, 2274, 102], MiniLm.Encode("one two", "three four five six", options).Ids);
        Assert.Equal([101, 2048, 102, 2093, 2176, 2274, 2416, 102], MiniLm.Encode("one two", "three four five six", options with { Truncation = TruncationStrategy.OnlyFirst, TruncationSide = TruncationSide.Left }).Ids);
        Assert.Contains("2 too many", Assert.Throws<ArgumentException>(() => MiniLm.Encode("one two three four", "five six", options with { MaxLength = 7 })).Message);
        Assert.Throws<ArgumentException>(() => MiniLm.Encode("one two three", options with { MaxLength = 4 }));
        Assert.Throws<ArgumentException>(() => MiniLm.Encode("one", new EncodeOptions { MaxLength = 1 }));
    }

    [Fact]
    public void Special_tokens_in_the_text_count_where_they_may()
    {
        Assert.Equal([101, 103, 102], MiniLm.EncodeToIds("[MASK]"));
        Assert.Equal(MiniLm.EncodeToIds("[ mask ]"), MiniLm.EncodeToIds("[MASK]", new EncodeOptions { SpecialTokensInText = false }));
        Assert.Equal([103], MiniLm.EncodeToIds("[MASK]", new EncodeOptions { AddSpecialTokens = false }));
    }

    [Fact]
    public void A_span_that_is_too_short_says_what_it_needs()
    {
        var ids = new int[5];
        Assert.Equal(4, MiniLm.Encode("two words", ids));
        Assert.Contains("6 tokens", Assert.Throws<ArgumentException>(() => MiniLm.Encode("one two three four", ids)).Message);
    }

    private static Tokenizer Load(string json) => Tokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)));
}
