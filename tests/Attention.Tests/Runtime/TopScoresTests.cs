using Attention.Runtime;
using Xunit;

namespace Attention.Tests.Runtime;

/// <summary>The largest scores are kept, of equal ones the first, and nothing else is touched.</summary>
public sealed class TopScoresTests
{
    [Fact]
    public void The_largest_are_kept()
    {
        var random = new Random(5);
        float[] hard = [0f, -0f, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, float.Epsilon, -float.Epsilon, 1, 1, -1, -1, BitConverter.Int32BitsToSingle(0x3f800001)];
        for (int round = 0; round < 3000; round++)
        {
            int count = random.Next(1, 70), keep = random.Next(1, 80);
            float[] scores = [.. Enumerable.Range(0, count + 2).Select(_ => random.Next(3) == 0 ? hard[random.Next(hard.Length)] : random.Next(2) == 0 ? random.Next(4) : (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-3, 4)))];
            int[] kept = [.. Enumerable.Range(0, count).OrderByDescending(i => scores[i + 1]).Take(keep)];
            float[] expected = [.. scores.Select((score, i) => i == 0 || i == count + 1 || kept.Contains(i - 1) ? score : float.NegativeInfinity)];
            TopScores.Keep(keep, count, ref scores[1]);
            Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), scores.Select(BitConverter.SingleToInt32Bits));
        }
    }

    [Fact]
    public void Not_a_number_is_kept()
    {
        float[] scores = [3, float.NaN, 5, -float.NaN, 4];
        TopScores.Keep(3, scores.Length, ref scores[0]);
        Assert.Equal([float.NegativeInfinity, float.NaN, 5, float.NaN, float.NegativeInfinity], scores);
    }

    /// <summary>Of what a row does not see nothing is kept, however large.</summary>
    [Fact]
    public void What_is_not_seen_is_not_kept()
    {
        PackedMask mask = PackedMask.Of(100, (query, key) => key % 7 == query % 7 && key != 35);
        const int query = 70, keys = 90;
        int begin = mask.Begin(query), count = mask.Count(query, keys);
        float[] scores = [.. Enumerable.Range(0, count * 32).Select(i => (float)((i * 37) % 101))];
        float[] before = [.. scores];
        TopScores.KeepPanels(4, query, keys, begin, count, mask, ref scores[0]);
        int KeyOf(int at) => (mask.Panel(begin + (at / 32)) * 32) + (at % 32);
        int[] seen = [.. Enumerable.Range(0, scores.Length).Where(at => KeyOf(at) < keys && KeyOf(at) % 7 == 0 && KeyOf(at) != 35)];
        int[] expected = [.. seen.OrderByDescending(at => before[at]).Take(4).Order()];
        Assert.Equal(expected, Enumerable.Range(0, scores.Length).Where(at => !float.IsNegativeInfinity(scores[at])));
        Assert.All(expected, at => Assert.Equal(before[at], scores[at]));
    }
}
