using System.Diagnostics;
using System.Text;
using Xunit;

namespace Attention.Text.Tests;

public class TimeTests
{
    public static TheoryData<string> Kinds => ["bert", "gpt2", "roberta", "llama3", "qwen2"];

    /// <summary>Of 64 times the text the time is 64 times where it is linear and 4,096 times where it is quadratic: 640 are neither's, however busy the machine.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Time_grows_with_the_text_whatever_it_repeats(string kind)
    {
        Tokenizer tokenizer = Tokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(kind switch
        {
            "bert" => Vocabularies.BertJson(Vocabularies.MiniLm()),
            "gpt2" => ByteLevelKinds.Gpt2,
            "roberta" => ByteLevelKinds.Roberta,
            "llama3" => ByteLevelKinds.Llama3,
            _ => ByteLevelKinds.Qwen2,
        })));
        foreach (string unit in (string[])["a", " ", "!", "\n", "1", "\u0301", "e\u0301\u0323", "日", "\U0001F600", "a ", "[MASK]", " <mask>", "'", "\u1100\u1161", "A\r\n", "\u00A0\n"])
        {
            double few = Fastest(tokenizer, Repeat(unit, 2_000), 10), many = Fastest(tokenizer, Repeat(unit, 128_000), 2);
            Assert.True(many < 640 * few + 0.1, $"'{unit}': {few * 1000:F2} ms for 2,000 units, {many * 1000:F2} for 128,000");
        }
    }

    private static string Repeat(string unit, int units) => string.Concat(Enumerable.Repeat(unit, units / unit.Length));

    private static double Fastest(Tokenizer tokenizer, string text, int turns)
    {
        double fastest = double.MaxValue;
        for (int turn = 0; turn < turns; turn++)
        {
            long start = Stopwatch.GetTimestamp();
            tokenizer.CountTokens(text);
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return fastest;
    }
}
