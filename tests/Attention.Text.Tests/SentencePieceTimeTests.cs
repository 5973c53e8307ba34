using System.Diagnostics;
using Xunit;

namespace Attention.Text.Tests;

/// <summary>Long texts of one sign, where an algorithm that is not near-linear stands still.</summary>
public sealed class SentencePieceTimeTests
{
    /// <summary>
    /// Of 64 times the text the time is some 64 to 100 times as long, where memory is busy 300 times; of an algorithm of squares 4096
    /// times. The fastest of some tries counts, for others use the machine.
    /// </summary>
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
        foreach (string sign in SentencePieceGoldens.Signs)
        {
            string text = string.Concat(Enumerable.Repeat(sign, 100_000 / sign.Length)), part = text[..(text.Length / 64)];
            tokenizer.EncodeToIds(text);
            (double shortest, double longest) = (double.MaxValue, double.MaxValue);
            for (int tries = 0; tries < 10 && (tries < 2 || longest > 600 * shortest); tries++)
                (shortest, longest) = (Math.Min(shortest, Seconds(tokenizer, part)), Math.Min(longest, Seconds(tokenizer, text)));
            Assert.True(longest < 600 * shortest, $"{SentencePieceTests.Show(sign)}: {shortest} s for {part.Length} units, {longest} s for {text.Length}");
        }
    }

    private static double Seconds(Tokenizer tokenizer, string text)
    {
        long start = Stopwatch.GetTimestamp();
        tokenizer.CountTokens(text);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
