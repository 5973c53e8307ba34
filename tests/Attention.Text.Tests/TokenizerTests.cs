using System.Text;
using Attention.Tests;
using Xunit;

namespace Attention.Text.Tests;

public class TokenizerTests
{
    public static TheoryData<string> Kinds => ["bert", "gpt2", "llama3"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Any_number_of_threads_may_use_one(string kind)
    {
        Tokenizer tokenizer = Of(kind);
        string[] lines = [.. HostileText.Lines(2000, 21)];
        int[][] expected = [.. lines.Select(line => tokenizer.EncodeToIds(line))];
        var found = new int[lines.Length][];
        Parallel.For(0, lines.Length, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i => found[i] = tokenizer.Encode(lines[i]).Ids);
        Assert.Equal(expected, found);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Ids_in_a_span_allocate_nothing_once_the_scratch_is_there(string kind)
    {
        Tokenizer tokenizer = Of(kind);
        string[] lines = ["The quick brown fox jumps over the lazy dog, doesn't it? 1,234.5", "Café déjà vu, naïve façade: Ångström", "Здравствуйте, мир! 東京タワーは高い。", "antidisestablishmentarianism  \n\n x"];
        var ids = new int[1000];
        Allocations.AssertNone(kind, () =>
        {
            foreach (string line in lines) tokenizer.Encode(line, ids);
        });
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_way_to_encode_gives_the_same_ids(string kind)
    {
        Tokenizer tokenizer = Of(kind);
        var span = new int[20_000];
        foreach (string line in HostileText.Lines(500, 22))
        {
            int[] ids = tokenizer.EncodeToIds(line);
            Assert.Equal(ids, tokenizer.Encode(line).Ids);
            Assert.Equal(ids.Length, tokenizer.CountTokens(line));
            Assert.Equal(ids, span[..tokenizer.Encode(line, span)]);
        }
    }

    [Fact]
    public void Ids_of_no_token_are_passed_over()
    {
        Tokenizer tokenizer = Of("bert");
        Assert.Equal("word", tokenizer.Decode([101, 2773, -1, int.MaxValue, int.MinValue, 102]));
        Assert.Equal("[CLS] word [SEP]", tokenizer.Decode([101, 2773, 102], skipSpecialTokens: false));
        Assert.Null(tokenizer.IdToToken(-1));
        Assert.Null(tokenizer.IdToToken(int.MaxValue));
    }

    private static Tokenizer Of(string kind) => Tokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(kind switch
    {
        "bert" => Vocabularies.BertJson(Vocabularies.MiniLm()),
        "gpt2" => ByteLevelKinds.Gpt2,
        _ => ByteLevelKinds.Llama3,
    })));
}
