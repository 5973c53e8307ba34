using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Attention.Text.Tests;

public class BpeTests
{
    private static readonly string[] Letters = ["a", "b", "c", "d", "é", "日", "\U0001F600", "'"];

    [Theory]
    [InlineData("", "", false, false, false)]
    [InlineData("", "", true, false, false)]
    [InlineData("", "", true, true, false)]
    [InlineData("##", "", true, true, false)]
    [InlineData("", "</w>", true, false, false)]
    [InlineData("##", "</w>", false, false, true)]
    [InlineData("", "", true, true, true)]
    public void Any_merges_give_the_references_ids(string prefix, string suffix, bool unknown, bool fuse, bool bytes)
    {
        for (int seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            using var comparison = new Comparison(Json(random, prefix, suffix, unknown, fuse, bytes));
            comparison.AssertSame(Texts(random, 200));
        }
    }

    [Fact]
    public void A_pair_of_low_rank_far_away_goes_first_in_long_pieces_too()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            using var comparison = new Comparison(Json(random, "", "", true, false, false));
            comparison.AssertSame(Enumerable.Range(0, 20).Select(_ => string.Concat(Enumerable.Range(0, random.Next(30, 600)).Select(_ => Letters[random.Next(Letters.Length)]))));
        }
    }

    [Fact]
    public void A_hundred_thousand_times_one_sign_are_the_references_ids()
    {
        Tokenizer tokenizer = Tokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(ByteLevelKinds.Gpt2)));
        using var oracle = new Oracle(ByteLevelKinds.Gpt2);
        foreach (string unit in (string[])["a", "!", " ", "\n", "日", "\u0301", "\U0001F600", "1"])
        {
            string text = string.Concat(Enumerable.Repeat(unit, 100_000));
            Assert.Equal(oracle.Encode(text), tokenizer.EncodeToIds(text));
        }
    }

    private static IEnumerable<string> Texts(Random random, int count)
    {
        string[] all = [.. Letters, "x", "ß", "語", " ", "aa", "ab"];
        for (int i = 0; i < count; i++) yield return string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => all[random.Next(all.Length)]));
    }

    /// <summary>Merges of whatever pairs chance takes.</summary>
    private static string Json(Random random, string prefix, string suffix, bool unknown, bool fuse, bool bytes)
    {
        var tokens = new List<string> { "<unk>" };
        foreach (string letter in Letters)
            foreach (string form in (string[])[letter, prefix + letter, letter + suffix, prefix + letter + suffix])
                if (!tokens.Contains(form) && random.Next(10) > 0) tokens.Add(form);
        var merges = new List<string[]>();
        for (int i = 0; i < 150; i++)
        {
            string left = tokens[random.Next(1, tokens.Count)], right = tokens[random.Next(1, tokens.Count)];
            if (!right.StartsWith(prefix, StringComparison.Ordinal) || (suffix.Length > 0 && left.EndsWith(suffix, StringComparison.Ordinal))) continue;
            string merged = left + right[prefix.Length..];
            if (merged.Length > 30 || merges.Exists(pair => pair[0] == left && pair[1] == right)) continue;
            if (!tokens.Contains(merged)) tokens.Add(merged);
            merges.Add([left, right]);
        }
        if (bytes) tokens.AddRange(Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"));
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "WhitespaceSplit" },
            ["post_processor"] = null,
            ["decoder"] = new JsonObject { ["type"] = "BPEDecoder", ["suffix"] = suffix.Length > 0 ? suffix : "</w>" },
            ["model"] = new JsonObject
            {
                ["type"] = "BPE", ["dropout"] = null, ["unk_token"] = unknown ? "<unk>" : null, ["fuse_unk"] = fuse, ["byte_fallback"] = bytes,
                ["continuing_subword_prefix"] = prefix.Length > 0 ? prefix : null, ["end_of_word_suffix"] = suffix.Length > 0 ? suffix : null,
                ["ignore_merges"] = random.Next(2) == 0,
                ["vocab"] = new JsonObject(tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id))),
                ["merges"] = new JsonArray([.. merges.Select(pair => (JsonNode)new JsonArray(pair[0], pair[1]))]),
            },
        }.ToJsonString();
    }
}
