using System.Diagnostics;
using System.Text;
using Xunit;

namespace Attention.Text.Tests;

/// <summary>Long texts of one sign, which is where an algorithm that is not near-linear stands still.</summary>
public sealed class SentencePieceTimeTests
{
    private static readonly string[] Signs = ["a", "e", " ", "\u2581", "=", "\u3042", "\u0301", "\U0001F600", "\u200D", "ab", "a ", "\uFDFA", "<x>", "\n"];

    /// <summary>20 times the text may take 100 times as long, not 400 times. Of some tries the fastest counts.</summary>
    [Theory]
    [InlineData("unigram-nmt_nfkc")]
    [InlineData("unigram-identity")]
    [InlineData("bpe-bytes")]
    [InlineData("bpe-unused")]
    [InlineData("char")]
    [InlineData("word")]
    public void TimeIsNearLinear(string model)
    {
        Tokenizer tokenizer = Tokenizer.LoadSentencePiece(new MemoryStream(SentencePieceGoldens.Model(model)), model);
        foreach (string sign in Signs)
        {
            string text = new StringBuilder().Insert(0, sign, 100_000 / sign.Length).ToString();
            tokenizer.EncodeToIds(text);
            tokenizer.EncodeToIds(text);
            TimeSpan part = Fastest(() => tokenizer.EncodeToIds(text.AsSpan(0, 5000 / (2 * sign.Length) * 2 * sign.Length)), 9);
            TimeSpan whole = Fastest(() => tokenizer.EncodeToIds(text), 3);
            Assert.True(whole < 100 * part + TimeSpan.FromMilliseconds(20), $"{SentencePieceTests.Show(sign)}: {part.TotalMilliseconds} ms for 5000 units, {whole.TotalMilliseconds} ms for {text.Length}");
        }
    }

    private static TimeSpan Fastest(Func<int[]> encode, int tries)
    {
        TimeSpan fastest = TimeSpan.MaxValue;
        for (int i = 0; i < tries; i++)
        {
            long start = Stopwatch.GetTimestamp();
            GC.KeepAlive(encode());
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            if (time < fastest) fastest = time;
        }
        return fastest;
    }
}
