using Xunit;

namespace Attention.Text.Tests;

/// <summary>A SentencePiece model in a folder, with and without what a checkpoint has beside it.</summary>
public sealed class SentencePieceCheckpointTests
{
    private const string Model = "bpe-bytes";
    private const string Text = "Zażółć <s> it";

    private static Tokenizer Load(string? config, params string[] names)
    {
        using TemporaryFolder folder = new();
        foreach (string name in names) File.WriteAllBytes(folder.File(name), SentencePieceGoldens.Model(Model));
        if (config is not null) File.WriteAllText(folder.File("tokenizer_config.json"), config);
        return Tokenizer.Load(folder.Path);
    }

    private static int[] Plain => Tokenizer.LoadSentencePiece(new MemoryStream(SentencePieceGoldens.Model(Model))).EncodeToIds(Text);

    [Fact]
    public void WithoutConfigurationNothingIsAdded()
    {
        Tokenizer tokenizer = Load(null, "tokenizer.model");
        Assert.Equal(Plain, tokenizer.EncodeToIds(Text));
        Assert.Equal((1, 2, 0), (tokenizer.BeginId, tokenizer.EndId, tokenizer.UnknownId));
        Assert.Null(tokenizer.PadId);
    }

    [Theory]
    [InlineData("""{"tokenizer_class":"LlamaTokenizer"}""", true, false)]
    [InlineData("""{"tokenizer_class":"LlamaTokenizerFast","add_bos_token":true,"add_eos_token":true}""", true, true)]
    [InlineData("""{"tokenizer_class":"GemmaTokenizer","add_bos_token":false,"added_tokens_decoder":{"1":{"content":"<s>"}}}""", false, false)]
    [InlineData("""{"add_eos_token":true}""", false, true)]
    public void WhatIsSaidIsAdded(string config, bool begin, bool end)
    {
        Tokenizer tokenizer = Load(config, "tokenizer.model");
        int[] expected = [.. begin ? (int[])[1] : [], .. Plain, .. end ? (int[])[2] : []];
        Assert.Equal(expected, tokenizer.EncodeToIds(Text));
        Assert.Equal([.. expected, .. expected], tokenizer.Encode(Text, Text).Ids);
        Assert.Equal(Plain, tokenizer.EncodeToIds(Text, new() { AddSpecialTokens = false }));
        Assert.Equal(Text, tokenizer.Decode(expected));
    }

    [Theory]
    [InlineData("""{"tokenizer_class":"XLMRobertaTokenizer"}""", "$.tokenizer_class: what XLMRobertaTokenizer puts about a text")]
    [InlineData("""{"tokenizer_class":"LlamaTokenizer","added_tokens_decoder":{"5000":{"content":"<mask>"}}}""", "$.added_tokens_decoder.5000: the token '<mask>' is not the model's piece 5000")]
    [InlineData("""{"tokenizer_class":"LlamaTokenizer","bos_token":"<begin>"}""", "$.bos_token: the token '<begin>' is no piece of the model")]
    public void WhatIsNotKnownIsRefused(string config, string message)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Load(config, "tokenizer.model"));
        Assert.Contains("tokenizer_config.json: " + message, error.Message);
    }

    [Fact]
    public void OneOfTwoIsNotGuessed()
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Load(null, "source.model", "target.model"));
        Assert.Contains("expected one *.model, found source.model, target.model", error.Message);
    }
}
