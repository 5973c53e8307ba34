using Xunit;

namespace Attention.Text.Tests;

/// <summary>Rules of normalisation against Hugging Face's library.</summary>
public sealed class PrecompiledTests
{
    private static string Normalize(INormalizer normalizer, string source)
    {
        NormalizedText text = new();
        text.Reset(source, 0, tracks: false);
        normalizer.Normalize(text);
        return text.Chars.ToString();
    }

    [Theory]
    [InlineData("unigram-nmt_nfkc")]
    [InlineData("unigram-nmt_nfkc_cf")]
    [InlineData("unigram-nfkc-bytes")]
    [InlineData("rules")]
    public void NormalizesAsTheReference(string model)
    {
        byte[] charsmap = SentencePieceGoldens.Charsmap(model);
        PrecompiledNormalizer normalizer = new(new(charsmap));
        using Oracle reference = Oracle.OfBytes($$"""{"type":"Precompiled","precompiled_charsmap":"{{Convert.ToBase64String(charsmap)}}"}""");
        int texts = 0;
        foreach (string text in SentencePieceGoldens.Texts)
        {
            string expected = reference.Text(text), found = Normalize(normalizer, text);
            Assert.True(expected == found, $"{SentencePieceTests.Show(text)}: expected {SentencePieceTests.Show(expected)}, found {SentencePieceTests.Show(found)}");
            texts++;
        }
        Assert.True(texts > 200);
    }

    /// <summary>Marks of every kind behind letters and signs that rules are about: where clusters end decides what is left.</summary>
    [Fact]
    public void ClustersAreTheReferences()
    {
        string[] parts = ["a", "\u0300", "\u0301", "\u200D", "\u2603", "\u2764", "\uFE0F", "\u0915", "\u094D", "\u093C", "\u0903", "\u1100", "\u1161", "\u11A8", "\uAC00", "\uAC01",
            "\u0600", "\r", "\n", "\u0008", "\u00E9", "\u200C", "\U0001F469", "\U0001F3FB", "\U0001F1E9", "\U000110BD", "\U0001D165", "\u0E33", "\u4E00"];
        (string, string)[] rules = [("a", "x"), ("\u0301", "y"), ("\u2603", "p"), ("\u0915", "k"), ("\u1161", "v"), ("\u4E00", ""), ("\r\n", "n"), ("a\u0300", "z"), ("\u0600", "q")];
        PrecompiledNormalizer normalizer = new(new(CharsmapWriter.Write(rules)));
        using Oracle reference = GraphemeProbe.Reference(rules);
        Random random = new(5);
        for (int i = 0; i < 20000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => parts[random.Next(parts.Length)]));
            string expected = reference.Text(text), found = Normalize(normalizer, text);
            Assert.True(expected == found, $"{SentencePieceTests.Show(text)}: expected {SentencePieceTests.Show(expected)}, found {SentencePieceTests.Show(found)}");
        }
    }

    [Fact]
    public void NmtIsTheReferencesForEveryCodePoint()
    {
        NmtNormalizer normalizer = new();
        using Oracle reference = Oracle.OfBytes("""{"type":"Nmt"}""");
        foreach (int[] block in GraphemeProbe.All.Chunk(1024))
        {
            string text = string.Join('a', block.Select(char.ConvertFromUtf32));
            Assert.Equal(SentencePieceTests.Show(reference.Text(text)), SentencePieceTests.Show(Normalize(normalizer, text)));
        }
    }

    [Theory]
    [InlineData("\"a?\"", "expected base 64.")]
    [InlineData("\"\"", "expected rules of at least 4 bytes, found 0.")]
    [InlineData("\"AAAAAAA=\"", "expected an array of whole units of 4 bytes within the 1 bytes that follow, found its size 0.")]
    [InlineData("null", "expected a string, found null.")]
    public void WhatIsWrongIsSaid(string map, string message)
    {
        string json = $$"""{"normalizer":{"type":"Precompiled","precompiled_charsmap":{{map}} },"model":{"type":"Unigram","unk_id":null,"vocab":[]} }""";
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Tokenizer.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json))));
        Assert.Equal("tokenizer.json: $.normalizer.precompiled_charsmap: " + message, error.Message);
    }
}
