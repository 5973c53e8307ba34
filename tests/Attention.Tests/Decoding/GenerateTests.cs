using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Decoding;

public class GenerateTests
{
    private const int Draws = 40000;

    /// <summary>The logits of every position in the tests of sampling, two of them equal.</summary>
    private static readonly float[] s_logits = [0.5f, -1, 2, 0.25f, 2, -3, 1];

    [Fact]
    public void Greedy_takes_the_likeliest_token_of_the_logits_as_the_options_change_them()
    {
        var random = new Random(2);
        int deadEnds = 0;
        for (int seed = 0; seed < 200; seed++)
        {
            int vocabulary = random.Next(2, 10);
            TableDecoder decoder = TableDecoder.Random(vocabulary, random.Next(4, 20), seed, step: seed % 2 == 0 ? 0 : 0.5f);
            var options = new GreedySearch
            {
                Begin = random.Next(vocabulary), End = random.Next(vocabulary), Stop = random.Next(2) == 0 ? [] : [random.Next(vocabulary)],
                Prompt = random.Next(2) == 0 ? default : new[] { random.Next(vocabulary), random.Next(vocabulary) },
                MinimumLength = random.Next(4), MaximumLength = random.Next(4, 30), RepetitionPenalty = random.Next(2) == 0 ? 1 : 1.4,
                NoRepeatNgram = seed % 3 == 0 ? random.Next(2, 4) : 0, Banned = seed % 5 == 0 ? [[random.Next(vocabulary), random.Next(vocabulary)], [random.Next(vocabulary), 0, 1]] : [],
                ForcedFirst = seed % 4 == 0 ? random.Next(vocabulary) : null, ForcedLast = seed % 7 == 0 ? [random.Next(vocabulary), random.Next(vocabulary)] : [],
                SuppressedFirst = seed % 6 == 0 && vocabulary > 4 ? [random.Next(vocabulary)] : [], Suppressed = seed % 8 == 1 && vocabulary > 4 ? [0] : [],
                Adjust = random.Next(2) == 0 ? null : (tokens, logits) => logits[tokens.Length % logits.Length] += 1,
            };
            if (options.Stop.Append(options.End!.Value).Distinct().Count() == vocabulary)
                continue; // all tokens end it: nothing would be left below the minimum
            var expected = new List<int>();
            bool vetoed = false;
            while (expected.Count < ReferenceSearch.Most(decoder, options))
            {
                double[] next = ReferenceSearch.LogProbabilities(decoder, options, [.. expected]);
                if (vetoed = double.IsNegativeInfinity(next.Max()))
                    break;
                int token = Array.IndexOf(next, next.Max());
                if (token == options.End || options.Stop.Contains(token))
                    break;
                expected.Add(token);
            }

            if (vetoed)
                Assert.Contains($"Every token is vetoed for position {1 + options.Prompt.Length + expected.Count}", Assert.Throws<InvalidOperationException>(() => new TokenSequence(decoder, options).ToArray()).Message, StringComparison.Ordinal);
            else
                Assert.Equal(expected, new TokenSequence(decoder, options).ToArray());
            deadEnds += vetoed ? 1 : 0;
        }

        Assert.InRange(deadEnds, 0, 20);
    }

    /// <summary>Each option by itself, in the one order that logits of 6, 5, 4, 3, 2 and 1 have.</summary>
    [Fact]
    public void Options_veto_and_force()
    {
        var decoder = new ConstantDecoder([6, 5, 4, 3, 2, 1], 12);
        Assert.Equal([0, 0, 0], Tokens(new GreedySearch { Begin = 5, MaximumLength = 3 }));
        Assert.Equal([0, 1, 2, 3, 4], Tokens(new GreedySearch { Begin = 5, NoRepeatNgram = 1, MaximumLength = 5 }));
        Assert.Equal([1, 2, 3, 4], Tokens(new GreedySearch { Begin = 5, NoRepeatNgram = 1, Prompt = new[] { 0 }, MaximumLength = 4 }));
        Assert.Equal([0, 0, 1, 0, 2], Tokens(new GreedySearch { Begin = 5, NoRepeatNgram = 2, MaximumLength = 5 }));
        Assert.Equal([1, 0, 2, 0], Tokens(new GreedySearch { Begin = 0, Prompt = new[] { 0 }, NoRepeatNgram = 2, MaximumLength = 4 }));
        Assert.Equal([0, 0, 0, 1, 0], Tokens(new GreedySearch { Begin = 5, NoRepeatNgram = 3, MaximumLength = 5 }));
        Assert.Equal([1, 1, 2], Tokens(new GreedySearch { Begin = 5, Banned = [[0], [1, 1, 1]], MaximumLength = 3 }));
        Assert.Equal([0, 1, 0], Tokens(new GreedySearch { Begin = 0, Banned = [[0, 0]], MaximumLength = 3 }));
        Assert.Equal([1, 0, 1], Tokens(new GreedySearch { Begin = 5, Prompt = new[] { 0 }, Banned = [[0, 0]], MaximumLength = 3 }));
        Assert.Equal([3, 0, 0], Tokens(new GreedySearch { Begin = 5, ForcedFirst = 3, Banned = [[3]], MaximumLength = 3 }));
        Assert.Equal([3, 1, 0], Tokens(new GreedySearch { Begin = 5, Prompt = new[] { 4 }, ForcedFirst = 3, SuppressedFirst = [0], MaximumLength = 3 }));
        Assert.Equal([2, 0, 0], Tokens(new GreedySearch { Begin = 5, SuppressedFirst = [0, 1], MaximumLength = 3 }));
        Assert.Equal([1, 1, 1], Tokens(new GreedySearch { Begin = 5, Suppressed = [0], MaximumLength = 3 }));
        Assert.Equal([0, 0, 3], Tokens(new GreedySearch { Begin = 5, ForcedLast = [4, 3], Suppressed = [4], MaximumLength = 3 }));
        Assert.Equal([0, 0], Tokens(new GreedySearch { Begin = 5, ForcedLast = [4], End = 4, MinimumLength = 3, MaximumLength = 3 }));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 3], Tokens(new GreedySearch { Begin = 5, Prompt = new[] { 4 }, ForcedLast = [3] }));
        Assert.Equal([1, 2, 0, 0], Tokens(new GreedySearch { Begin = 0, RepetitionPenalty = 1.6, MaximumLength = 4 }));

        int[] Tokens(GreedySearch options) => new TokenSequence(decoder, options).ToArray();
    }

    [Fact]
    public void What_a_decoder_forbids_is_never_generated()
    {
        var decoder = new TableDecoder(4, 30, 3, _ => [float.MinValue, 1, float.MinValue, -2]);
        Assert.Equal(1, new TokenSequence(decoder, new GreedySearch { Begin = 0 }).ToArray().Distinct().Single());
        Assert.Equal([1, 3], new TokenSequence(decoder, new Sampling { Begin = 0, Seed = 3, TopK = 4, Temperature = 1e38, RepetitionPenalty = 1e-3, Prompt = new[] { 0, 2 } }).ToArray().Distinct().Order());
        Assert.All(decoder.Search(new BeamSearch { Begin = 0, Width = 3, Count = 3, MaximumLength = 1 }), found => Assert.Contains(found.Tokens.Single(), new[] { 1, 3 }));
        Assert.Equal(2, decoder.Search(new BeamSearch { Begin = 0, Width = 3, Count = 3, MaximumLength = 1 }).Count);
        var vetoing = new GreedySearch { Begin = 0, Adjust = (_, logits) => logits[1] = logits[3] = float.NegativeInfinity };
        Assert.Contains("Every token is vetoed for position 1", Assert.Throws<InvalidOperationException>(() => new TokenSequence(decoder, vetoing).ToArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stop_tokens_are_copied()
    {
        int[] stop = [1];
        var options = new GreedySearch { Begin = 0, Stop = stop };
        stop[0] = 2;
        Assert.Equal([1], options.Stop);
    }

    [Fact]
    public void Tokens_are_streamed()
    {
        TableDecoder decoder = TableDecoder.Random(9, 20, 3);
        int seen = 0;
        foreach (int _ in new TokenSequence(decoder, new GreedySearch { Begin = 1, Prompt = new[] { 2, 3 } }))
            Assert.Equal(++seen, decoder.Steps);
        Assert.Equal(20 - 1 - 2, seen);
    }

    [Theory]
    [InlineData(1, null, null, null)]
    [InlineData(0.5, null, null, null)]
    [InlineData(2, null, null, null)]
    [InlineData(1, 3, null, null)]
    [InlineData(1, 1, null, null)]
    [InlineData(1, null, 0.7, null)]
    [InlineData(1, null, 1e-9, null)]
    [InlineData(1.5, 5, 0.8, null)]
    [InlineData(1, null, null, 0.0)]
    [InlineData(1, null, null, 0.3)]
    [InlineData(3, null, null, 0.3)]
    [InlineData(1, null, null, 1.0)]
    [InlineData(1.5, 5, 0.99, 0.4)]
    public void Samples_follow_the_probabilities(double temperature, int? topK, double? topP, double? minP)
    {
        // The kept tokens, likeliest first and of equal ones the lower first, by the definitions.
        double[] weights = [.. s_logits.Select(logit => Math.Exp(logit / temperature))];
        int[] ranked = [.. Enumerable.Range(0, s_logits.Length).OrderByDescending(token => s_logits[token]).Take(topK ?? s_logits.Length)];
        double all = ranked.Sum(token => weights[token]), sum = 0;
        int[] kept = [.. ranked.TakeWhile(token =>
        {
            bool needed = sum < (topP ?? 1) * all;
            sum += weights[token];
            return needed;
        })];
        kept = [.. kept.Where(token => weights[token] >= (minP ?? 0) * weights.Max())];
        double share = kept.Sum(token => weights[token]);

        int[] counts = new int[s_logits.Length];
        foreach (int token in new TokenSequence(new ConstantDecoder(s_logits, Draws + 1), new Sampling { Begin = 0, Temperature = temperature, TopK = topK, TopP = topP, MinP = minP, Seed = 5 }))
            counts[token]++;
        Assert.Equal(Draws, counts.Sum());
        Assert.All(Enumerable.Range(0, s_logits.Length).Except(kept), token => Assert.Equal(0, counts[token]));

        // Pearson's test at one in a thousand, for up to six degrees of freedom.
        double chiSquare = kept.Sum(token => Math.Pow(counts[token] - (Draws * weights[token] / share), 2) / (Draws * weights[token] / share));
        double[] bounds = [1e-9, 10.83, 13.82, 16.27, 18.47, 20.52, 22.46];
        Assert.True(chiSquare <= bounds[kept.Length - 1], $"χ² is {chiSquare} for {kept.Length} tokens");
    }

    [Fact]
    public void Sampled_sequences_follow_their_probabilities()
    {
        const int Sequences = 20000;
        LogitsHook hook = static (tokens, logits) => logits[tokens.Length] = float.NegativeInfinity;
        TableDecoder table = TableDecoder.Random(4, 4, 9), decoder = new(4, 4, 1, tokens => [.. table.Logits(tokens).Select(logit => logit / 4)]);
        var drawn = new Sampling { Begin = 0, End = 1, MinimumLength = 1, RepetitionPenalty = 1.5, Adjust = hook };
        Dictionary<string, double> expected = ReferenceSearch.Exhaustive(decoder, new BeamSearch { Begin = 0, End = 1, Width = 1 }, drawn)
            .ToDictionary(found => string.Join(' ', found.Tokens), found => Sequences * Math.Exp(found.LogProbability));
        Assert.Equal(Sequences, expected.Values.Sum(), 1e-6);
        Assert.True(expected.Values.Min() > 5);

        Dictionary<string, int> counts = expected.Keys.ToDictionary(tokens => tokens, _ => 0);
        for (ulong seed = 0; seed < Sequences; seed++)
            counts[string.Join(' ', new TokenSequence(decoder, new Sampling { Begin = 0, End = 1, MinimumLength = 1, RepetitionPenalty = 1.5, Adjust = hook, Seed = seed }).ToArray())]++;

        // Pearson's test at one in a thousand, its bound by Wilson and Hilferty (1931).
        double chiSquare = expected.Sum(sequence => Math.Pow(counts[sequence.Key] - sequence.Value, 2) / sequence.Value);
        double freedom = expected.Count - 1, variance = 2 / (9 * freedom), bound = freedom * Math.Pow(1 - variance + (3.0902 * Math.Sqrt(variance)), 3);
        Assert.True(chiSquare <= bound, $"χ² is {chiSquare} for {freedom} degrees of freedom; expected at most {bound}");
    }

    [Fact]
    public void Drawing_from_the_likeliest_token_alone_is_greedy()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            TableDecoder decoder = TableDecoder.Random(2 + (seed % 9), 12, seed, step: 0.5f);
            int[] expected = new TokenSequence(decoder, new GreedySearch { Begin = 1, End = 0 }).ToArray();
            foreach (Sampling options in new[]
            {
                new Sampling { Begin = 1, End = 0, TopK = 1, Temperature = 3 },
                new Sampling { Begin = 1, End = 0, TopP = 1e-9, Seed = 4 },
                new Sampling { Begin = 1, End = 0, TopK = 1, MinP = 1, Seed = 4 },
            })
            {
                Assert.Equal(expected, new TokenSequence(decoder, options).ToArray());
            }
        }
    }

    [Fact]
    public void Each_enumeration_begins_anew()
    {
        var sequence = new TokenSequence(TableDecoder.Random(11, 40, 1), new Sampling { Begin = 0, TopK = 5, RepetitionPenalty = 1.1 });
        int[] expected = sequence.ToArray();
        foreach (int token in sequence)
        {
            Assert.Equal(expected[0], token);
            break;
        }

        Assert.Equal(expected, sequence.ToArray());
    }

    [Fact]
    public void Sequences_are_shorter_than_the_least_only_where_there_is_no_more_room()
    {
        var decoder = new ConstantDecoder([1, 9, 0], 6);
        Assert.Equal([0, 0, 0], new TokenSequence(decoder, new GreedySearch { Begin = 0, End = 1, MinimumLength = 3 }).ToArray());
        Assert.Equal([0, 0, 0, 0, 0], new TokenSequence(decoder, new GreedySearch { Begin = 0, End = 1, MinimumLength = 100 }).ToArray());
        Assert.Empty(new TokenSequence(decoder, new GreedySearch { Begin = 0, MaximumLength = 0 }).ToArray());
        Assert.Equal(0, decoder.Position);
    }

    [Fact]
    public void The_same_seed_gives_the_same_tokens()
    {
        int[] Sample(ulong seed) => new TokenSequence(TableDecoder.Random(11, 40, 1), new Sampling { Begin = 0, Seed = seed, TopP = 0.95, Temperature = 1.3 }).ToArray();
        Assert.Equal(Sample(7), Sample(7));
        Assert.NotEqual(Sample(7), Sample(8));

        // On every machine and version: these come from the definitions, by a few lines of Python.
        int[] pinned = [6, 2, 4, 2, 4, 4, 6, 4, 2, 2, 2, 6, 2, 2, 4, 2];
        Assert.Equal(pinned, new TokenSequence(new ConstantDecoder(s_logits, 17), new Sampling { Begin = 0, Seed = 2026, Temperature = 1.5, TopK = 5, TopP = 0.9 }).ToArray());

        // And these come from the definition of SplitMix64, by hand, over equal logits.
        ulong state = 42;
        int[] expected = [.. Enumerable.Range(0, 50).Select(_ =>
        {
            ulong z = unchecked(state += 0x9E3779B97F4A7C15);
            z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
            z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
            return (int)(((z ^ (z >> 31)) >> 11) * Math.ScaleB(8, -53));
        })];
        Assert.Equal(expected, new TokenSequence(new TableDecoder(8, 51, 1, _ => new float[8]), new Sampling { Begin = 0, Seed = 42 }).ToArray());
    }

    [Fact]
    public void What_cannot_be_generated_is_refused()
    {
        TableDecoder decoder = TableDecoder.Random(5, 8, 1);
        void Refused<T>(string message, DecodingOptions options)
            where T : Exception =>
            Assert.Contains(message, Assert.Throws<T>(() => new TokenSequence(decoder, options).ToArray()).Message, StringComparison.Ordinal);
        Refused<ArgumentOutOfRangeException>("Begin has token 5; expected 0 to 4", new GreedySearch { Begin = 5 });
        Refused<ArgumentOutOfRangeException>("End has token -1; expected 0 to 4", new GreedySearch { Begin = 0, End = -1 });
        Refused<ArgumentOutOfRangeException>("Stop has token 9; expected 0 to 4", new GreedySearch { Begin = 0, Stop = [1, 9] });
        Refused<ArgumentOutOfRangeException>("Prompt has token 7; expected 0 to 4", new GreedySearch { Begin = 0, Prompt = new[] { 7 } });
        Refused<ArgumentOutOfRangeException>("ForcedFirst has token 5; expected 0 to 4", new GreedySearch { Begin = 0, ForcedFirst = 5 });
        Refused<ArgumentOutOfRangeException>("ForcedLast has token 6; expected 0 to 4", new GreedySearch { Begin = 0, ForcedLast = [1, 6] });
        Refused<ArgumentOutOfRangeException>("Suppressed has token -1; expected 0 to 4", new GreedySearch { Begin = 0, Suppressed = [-1] });
        Refused<ArgumentOutOfRangeException>("SuppressedFirst has token 5; expected 0 to 4", new Sampling { Begin = 0, SuppressedFirst = [5] });
        Refused<ArgumentOutOfRangeException>("Banned has token 5; expected 0 to 4", new GreedySearch { Begin = 0, Banned = [[1], [2, 5]] });
        Refused<InvalidOperationException>("Every token is vetoed for position 5", new GreedySearch { Begin = 0, NoRepeatNgram = 1 });
        Refused<ArgumentException>("Prompt has 8 tokens; expected at most 7", new GreedySearch { Begin = 0, Prompt = new int[8] });
        Refused<ArgumentOutOfRangeException>("MinimumLength is 4; expected at most MaximumLength, 3", new GreedySearch { Begin = 0, MinimumLength = 4, MaximumLength = 3 });
        Refused<ArgumentException>("GreedySearch or Sampling", new BeamSearch { Begin = 0, Width = 1 });
        Refused<InvalidOperationException>("Every token is vetoed for position 1", new GreedySearch { Begin = 0, Adjust = (_, logits) => logits.Fill(float.NegativeInfinity) });
        Refused<InvalidOperationException>("Every token is vetoed for position 4", new Sampling
        {
            Begin = 0, Prompt = new[] { 1, 2 },
            Adjust = (tokens, logits) => logits[(tokens.Length < 3 ? 5 : 0)..].Fill(float.NegativeInfinity),
        });
        Refused<InvalidOperationException>("The logit of token 3 for position 1 is NaN; expected finite numbers", new Sampling { Begin = 0, Adjust = (_, logits) => logits[3] = float.NaN });
        Refused<InvalidOperationException>("The logit of token 3 for position 1 is " + float.PositiveInfinity, new GreedySearch { Begin = 0, Adjust = (_, logits) => logits[3] = float.PositiveInfinity });
        Assert.Contains("rows of 3 channels; expected 5, a logit", Assert.Throws<ArgumentException>(() => new TokenSequence(new ConstantDecoder(new float[3], 8, 5), new GreedySearch { Begin = 0 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new GreedySearch { Begin = 0, Stop = null! });
        Assert.Throws<ArgumentNullException>(nameof(DecodingOptions.Suppressed), () => new GreedySearch { Begin = 0, Suppressed = null! });
        Assert.Throws<ArgumentNullException>(nameof(DecodingOptions.Banned), () => new GreedySearch { Begin = 0, Banned = [[1], null!] });
        Assert.Contains("Banned has a sequence of no tokens", Assert.Throws<ArgumentException>(() => new GreedySearch { Begin = 0, Banned = [[1], []] }).Message, StringComparison.Ordinal);
        Assert.Contains("NoRepeatNgram is -1; expected at least 0", Assert.Throws<ArgumentOutOfRangeException>(() => new GreedySearch { Begin = 0, NoRepeatNgram = -1 }).Message, StringComparison.Ordinal);
        foreach (double bad in new[] { -0.1, 1.1, double.NaN })
            Assert.Contains("MinP", Assert.Throws<ArgumentOutOfRangeException>(() => new Sampling { Begin = 0, MinP = bad }).Message, StringComparison.Ordinal);
        Assert.Contains("MinimumLength is -1; expected at least 0", Assert.Throws<ArgumentOutOfRangeException>(() => new GreedySearch { Begin = 0, MinimumLength = -1 }).Message, StringComparison.Ordinal);
        Assert.Contains("MaximumLength is -1; expected at least 0", Assert.Throws<ArgumentOutOfRangeException>(() => new GreedySearch { Begin = 0, MaximumLength = -1 }).Message, StringComparison.Ordinal);
        foreach (double bad in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            Assert.Contains("a positive, finite number", Assert.Throws<ArgumentOutOfRangeException>(() => new GreedySearch { Begin = 0, RepetitionPenalty = bad }).Message, StringComparison.Ordinal);
            Assert.Contains("use GreedySearch", Assert.Throws<ArgumentOutOfRangeException>(() => new Sampling { Begin = 0, Temperature = bad }).Message, StringComparison.Ordinal);
            Assert.Contains("TopP", Assert.Throws<ArgumentOutOfRangeException>(() => new Sampling { Begin = 0, TopP = bad }).Message, StringComparison.Ordinal);
        }

        Assert.Contains("TopK is 0; expected at least 1", Assert.Throws<ArgumentOutOfRangeException>(() => new Sampling { Begin = 0, TopK = 0 }).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new TokenSequence(decoder, null!));
        Assert.Throws<ArgumentNullException>(() => new TokenSequence(null!, new GreedySearch { Begin = 0 }));
    }

    [Fact]
    public void Generating_can_be_cancelled_between_tokens()
    {
        TableDecoder decoder = TableDecoder.Random(5, 30, 1);
        using var cancellation = new CancellationTokenSource();
        int seen = 0;
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (int _ in new TokenSequence(decoder, new Sampling { Begin = 0 }, cancellation.Token))
            {
                if (++seen == 3)
                    cancellation.Cancel();
            }
        });
        Assert.Equal((3, 3), (seen, decoder.Steps));
        Assert.Throws<OperationCanceledException>(() => new TokenSequence(decoder, new GreedySearch { Begin = 0 }, cancellation.Token).ToArray());
        Assert.Equal(3, decoder.Steps);
    }

    [Fact]
    public void A_decoder_used_meanwhile_is_noticed()
    {
        TableDecoder decoder = TableDecoder.Random(5, 30, 1);
        InvalidOperationException noticed = Assert.Throws<InvalidOperationException>(() =>
        {
            foreach (int _ in new TokenSequence(decoder, new Sampling { Begin = 0, TopK = 2, Prompt = new[] { 1, 2 } }))
                decoder.Reset();
        });
        Assert.Contains("at position 0, but this sequence left it at 3", noticed.Message, StringComparison.Ordinal);
        Assert.Equal(1, decoder.Steps);
    }

    [Fact]
    public void Generating_allocates_nothing()
    {
        var decoder = new ConstantDecoder([1, 2, 0.5f, 1.5f], 20);
        foreach (DecodingOptions options in new DecodingOptions[]
        {
            new GreedySearch { Begin = 0 },
            new GreedySearch { Begin = 0, Prompt = new[] { 1, 2 }, RepetitionPenalty = 1.2, MinimumLength = 3, End = 1, Adjust = static (_, logits) => logits[0] = 0 },
            new Sampling { Begin = 0 },
            new Sampling { Begin = 0, TopK = 3 },
            new Sampling { Begin = 0, TopP = 0.5, Seed = 3, RepetitionPenalty = 1.1 },
            new Sampling { Begin = 0, MinP = 0.2, NoRepeatNgram = 5, Banned = [[1, 1], [2, 0, 3]], ForcedFirst = 2, ForcedLast = [1, 3], Suppressed = [0], SuppressedFirst = [1] },
        })
        {
            int sum = 0;
            Allocations.AssertNone(options.ToString()!, Run);
            Assert.True(sum >= 0);

            void Run()
            {
                foreach (int token in new TokenSequence(decoder, options))
                    sum += token;
            }
        }
    }

    /// <summary>A decoder that gives the same logits at every position and allocates nothing.</summary>
    private sealed class ConstantDecoder(float[] logits, int length, int? vocabulary = null) : IDecoder
    {
        public int Vocabulary => vocabulary ?? logits.Length;

        public int Length => length;

        public int Width => logits.Length;

        public int Position { get; private set; }

        public ReadOnlySpan<float> Step(ReadOnlySpan<int> tokens)
        {
            Position += tokens.Length;
            return logits;
        }

        public void Reset() => Position = 0;
    }
}
