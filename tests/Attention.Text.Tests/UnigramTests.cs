using System.Text;
using System.Text.Json.Nodes;
using Attention.Tests;
using Xunit;

namespace Attention.Text.Tests;

/// <summary>tokenizer.json of the families of T5 and XLM-R against Hugging Face's library.</summary>
public sealed class UnigramTests
{
    public static TheoryData<string> Names => [.. UnigramKinds.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void IdsAndTextAreTheReferences(string kind)
    {
        using Comparison comparison = new(UnigramKinds.Json(kind));
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
        using Comparison comparison = new(UnigramKinds.Json(pieces, 0, null, UnigramKinds.Always, "", UnigramKinds.Always));
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
        string json = UnigramKinds.Json([("a", -1), ("b", -2), ("c", -3), ("dc", -1), ("cd", -1)], null, null, null, "", null);
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

    [Theory]
    [InlineData("""{"unk_id":0,"vocab":{}}""", "$.model.vocab: expected an array, found {}.")]
    [InlineData("""{"unk_id":0,"vocab":[["a",1],["b"]]}""", "$.model.vocab[1]: expected a piece and its score.")]
    [InlineData("""{"unk_id":0,"vocab":[["a",1],["b","c"]]}""", "$.model.vocab[1][1]: expected a number, found \"c\".")]
    [InlineData("""{"unk_id":0,"vocab":[["a",1],[2,1]]}""", "$.model.vocab[1][0]: expected a string, found 2.")]
    [InlineData("""{"unk_id":0,"vocab":[["a",1],["\ud800",1]]}""", "$.model.vocab[1][0]: a string holds an escaped surrogate that stands alone.")]
    [InlineData("""{"unk_id":0,"vocab":[["a",1e999]]}""", "$.model.vocab[0][1]: expected a number of 64 bits.")]
    [InlineData("""{"unk_id":1,"vocab":[["a",1]]}""", "$.model.unk_id: expected the place of a piece, below 1, found 1.")]
    [InlineData("""{"unk_id":0,"vocab":[["a",1]],"fuse":true}""", "$.model: the key 'fuse' is not known")]
    public void WhatIsWrongIsSaid(string model, string message)
    {
        string json = $$"""{"version":"1.0","added_tokens":[],"model":{{model.Insert(1, "\"type\":\"Unigram\",")}} }""";
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Tokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(json))));
        Assert.Contains("tokenizer.json: " + message, error.Message);
    }

    /// <summary>A token's span of the text, normalised by itself, has the piece in it; spans follow each other. Texts of whole characters, for a part of a cluster may be normalised otherwise alone.</summary>
    [Theory]
    [InlineData("t5")]
    [InlineData("albert")]
    [InlineData("first")]
    [InlineData("bytes")]
    [InlineData("legacy-without")]
    public void SpansNormalizeToTheirPieces(string kind)
    {
        Tokenizer tokenizer = Tokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(UnigramKinds.Json(kind))));
        NormalizedText part = new();
        int checks = 0;
        foreach (string text in SentencePieceGoldens.Texts.Concat(HostileText.Lines(500, 14)).Where(HasWholeCharacters))
        {
            EncodedText encoded = tokenizer.Encode(text);
            for (int i = 0, start = 0, end = 0; i < encoded.Ids.Length; i++)
            {
                Range span = encoded.Offsets[i];
                string piece = tokenizer.IdToToken(encoded.Ids[i])!, what = $"{SentencePieceTests.Show(text)}, token {i}, {SentencePieceTests.Show(piece)}, {span}";
                // A sign that was put before what is a part of a character's expansion stands for none of the text.
                bool empty = span.Start.Value == span.End.Value;
                Assert.True(span.Start.Value >= start && (empty || span.End.Value >= end) && span.End.Value <= text.Length, what);
                (start, end) = (span.Start.Value, Math.Max(end, span.End.Value));
                if (encoded.Ids[i] == tokenizer.UnknownId || PieceVocabulary.ByteOf(piece) >= 0) continue;
                part.Reset(text[span], 0, tracks: false);
                tokenizer.Parts.Normalizer?.Normalize(part);
                string normalized = part.Chars.ToString().Replace(' ', '\u2581');
                Assert.True(normalized.Contains(piece.TrimStart('\u2581'), StringComparison.Ordinal), $"{what}: {SentencePieceTests.Show(normalized)}");
                checks++;
            }
        }
        Assert.True(checks > 1000, $"{checks} checks");
    }

    private static bool HasWholeCharacters(string text)
    {
        for (int at = 0, length; at < text.Length; at += length)
        {
            length = GraphemeBreaks.FirstLength(text.AsSpan(at));
            if (length > (char.IsHighSurrogate(text[at]) ? 2 : 1)) return false;
        }
        return true;
    }
}
