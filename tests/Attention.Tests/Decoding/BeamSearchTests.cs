using Attention.Dsl;
using Attention.Tests.Models;
using Attention.Tests.Promises;
using Xunit;
using Translator = Attention.Tests.Promises.Translator;

namespace Attention.Tests.Decoding;

public class BeamSearchTests : PromiseTest
{
    private static readonly LogitsHook s_hook = static (tokens, logits) =>
    {
        logits[tokens.Length % logits.Length] = float.NegativeInfinity;
        logits[^1] *= logits[^1] < 0 ? 0.5f : 1.5f; // no log-probability becomes positive
    };

    /// <summary>Nothing may come behind token 1.</summary>
    private static readonly LogitsHook s_deadEnd = static (tokens, logits) =>
    {
        if (tokens.Length > 0 && tokens[^1] == 1)
            logits.Fill(float.NegativeInfinity);
    };

    public static TheoryData<double> Penalties { get; } = [0, 0.6, 1, 2, -0.5];

    [Theory]
    [MemberData(nameof(Penalties))]
    public void Beams_wide_enough_for_everything_find_what_an_exhaustive_search_finds(double penalty)
    {
        foreach (int vocabulary in new[] { 3, 4, 5 })
        {
            for (int seed = 0; seed < 12; seed++)
            {
                TableDecoder decoder = TableDecoder.Random(vocabulary, 7, seed, beams: 2048);
                foreach (BeamSearch options in new[]
                {
                    new BeamSearch { Begin = 0, End = 1, Width = 2048, Count = 20, LengthPenalty = penalty, MaximumLength = vocabulary == 3 ? 6 : 5 },
                    new BeamSearch { Begin = 0, End = 1, Width = 2048, Count = 7, LengthPenalty = penalty, MinimumLength = 2, MaximumLength = 4, Stop = [2], Adjust = s_hook },
                    new BeamSearch { Begin = 1, End = 0, Width = 2048, Count = 5, LengthPenalty = penalty, Prompt = new[] { 2, 0 }, RepetitionPenalty = 1.7 },
                    new BeamSearch { Begin = 1, Width = 2048, Count = 5, LengthPenalty = penalty, MaximumLength = 4, RepetitionPenalty = 0.8 },
                    new BeamSearch { Begin = 0, End = 1, Width = 2048, Count = 7, LengthPenalty = penalty, MaximumLength = 5, NoRepeatNgram = 2, ForcedFirst = 2, ForcedLast = [1, 2], SuppressedFirst = [1] },
                })
                {
                    AssertSame([.. ReferenceSearch.Exhaustive(decoder, options).Take(options.Count)], decoder, options);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Penalties))]
    public void Narrow_beams_find_what_a_search_by_the_definition_finds_and_stop_when_nothing_can_be_lost(double penalty)
    {
        var random = new Random(1);
        int stoppedBefore = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            int vocabulary = random.Next(2, 12), width = random.Next(1, 7);
            TableDecoder decoder = TableDecoder.Random(vocabulary, random.Next(2, 14), seed, beams: 6);
            var options = new BeamSearch
            {
                Begin = random.Next(vocabulary), End = random.Next(vocabulary), Stop = random.Next(3) == 0 ? [random.Next(vocabulary)] : [],
                Width = width, Count = random.Next(1, width + 1), LengthPenalty = penalty, EarlyStop = (EarlyStopping)random.Next(3),
                MinimumLength = random.Next(3), MaximumLength = random.Next(3, 20), RepetitionPenalty = random.Next(2) == 0 ? 1 : 1.3,
                Adjust = random.Next(4) switch { 0 when vocabulary > 4 => s_hook, 1 => s_deadEnd, _ => null }, Renormalize = seed % 2 == 0,
                NoRepeatNgram = seed % 5 == 0 ? random.Next(2, 4) : 0, Banned = seed % 7 == 0 ? [[random.Next(vocabulary), random.Next(vocabulary)], [random.Next(vocabulary)]] : [],
                ForcedFirst = seed % 11 == 0 ? random.Next(vocabulary) : null, ForcedLast = seed % 6 == 0 ? [random.Next(vocabulary)] : [],
                Suppressed = seed % 9 == 0 ? [random.Next(vocabulary)] : [], SuppressedFirst = seed % 8 == 0 ? [random.Next(vocabulary)] : [],
                Prompt = decoder.Length > 5 ? Tokens(random.Next(4), vocabulary, seed) : default,
            };
            AssertSame(ReferenceSearch.Beams(decoder, options, out int steps), decoder, options);

            // Begin and prompt in one step, and all beams of a position in one.
            Assert.Equal(steps, decoder.Steps);
            stoppedBefore += decoder.Steps < ReferenceSearch.Most(decoder, options) ? 1 : 0;
        }

        Assert.InRange(stoppedBefore, 20, 299);
    }

    /// <summary>Logits are multiples of a quarter, so that their sums with the constant are exact.</summary>
    [Fact]
    public void A_constant_added_to_all_logits_changes_nothing()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            TableDecoder decoder = TableDecoder.Random(7, 20, seed, beams: 4, step: 0.25f);
            var shifted = new TableDecoder(7, 20, 4, tokens => [.. decoder.Logits(tokens).Select(logit => logit + (1 << 20))]);
            var options = new BeamSearch { Begin = 0, End = 1, Width = 4, Count = 4 };
            AssertIdentical(decoder.Search(options), shifted.Search(options));
        }
    }

    [Fact]
    public void Of_equal_continuations_the_lower_beam_then_the_lower_token_comes_first()
    {
        var decoder = new TableDecoder(4, 4, 3, _ => new float[4]);
        IReadOnlyList<Hypothesis> found = decoder.Search(new BeamSearch { Begin = 0, Width = 3, Count = 3 });
        Assert.Equal(["0 0 0", "0 0 1", "0 0 2"], found.Select(hypothesis => string.Join(' ', hypothesis.Tokens)));
    }

    [Fact]
    public void Different_logits_of_the_same_log_probability_are_told_apart()
    {
        var decoder = new TableDecoder(3, 6, 1, _ => [0, 1e-30f, -5]);
        Assert.Equal([1, 1, 1, 1, 1], new TokenSequence(decoder, new GreedySearch { Begin = 0 }).ToArray());
        Assert.Equal([1, 1, 1, 1, 1], Assert.Single(decoder.Search(new BeamSearch { Begin = 0, Width = 1 })).Tokens);
    }

    [Fact]
    public void A_search_for_no_tokens_finds_the_empty_sequence_without_a_step()
    {
        TableDecoder decoder = TableDecoder.Random(5, 4, 1, beams: 2);
        foreach (BeamSearch options in new[] { new BeamSearch { Begin = 0, Width = 2, MaximumLength = 0 }, new BeamSearch { Begin = 0, Width = 2, Prompt = new[] { 1, 2, 3 } } })
        {
            Hypothesis found = Assert.Single(decoder.Search(options));
            Assert.Empty(found.Tokens);
            Assert.Equal((0, 0, false), (found.LogProbability, found.Score, found.IsComplete));
        }

        Assert.Equal(0, decoder.Steps);
    }

    [Fact]
    public void An_early_stop_takes_fewer_steps()
    {
        int early = 0, late = 0;
        for (int seed = 0; seed < 50; seed++)
        {
            TableDecoder decoder = TableDecoder.Random(5, 30, seed, beams: 3);
            decoder.Search(new BeamSearch { Begin = 0, End = 1, Width = 3, LengthPenalty = 1 });
            int steps = decoder.Steps;
            decoder.Search(new BeamSearch { Begin = 0, End = 1, Width = 3, LengthPenalty = 1, EarlyStop = EarlyStopping.Always });
            late += steps;
            early += decoder.Steps - steps;
        }

        Assert.True(2 * early < late, $"{early} and {late} steps");
    }

    /// <summary>But for the penalty, which multiplies log-probabilities.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    public void One_beam_is_greedy(float step)
    {
        for (int seed = 0; seed < 200; seed++)
        {
            TableDecoder decoder = TableDecoder.Random(2 + (seed % 9), 12, seed, step: step);
            var greedy = new GreedySearch { Begin = 1, End = 0, MinimumLength = seed % 3, NoRepeatNgram = seed % 2 == 0 ? 0 : 3, SuppressedFirst = seed % 4 == 0 ? [1] : [] };
            var beam = new BeamSearch { Begin = 1, End = 0, MinimumLength = greedy.MinimumLength, NoRepeatNgram = greedy.NoRepeatNgram, SuppressedFirst = greedy.SuppressedFirst, Width = 1, LengthPenalty = 0, EarlyStop = EarlyStopping.Always };
            int[] expected = new TokenSequence(decoder, greedy).ToArray();
            Hypothesis found = Assert.Single(decoder.Search(beam));
            Assert.Equal(expected, found.Tokens);
            Assert.Equal(expected.Length < 11, found.IsComplete);
        }
    }

    /// <summary>On a generated decoder, against one that computes every beam anew by a forward pass.</summary>
    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void A_generated_decoder_finds_what_one_that_starts_anew_each_time_finds(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        using Translator model = Load(instructionSet);
        using Translator.Session session = model.CreateSession(new SessionSettings { Beams = 6 }), anew = model.CreateSession();
        Poison(session);
        int[] source = Tokens(11, 50, 3);
        session.Source.Forward(source);
        anew.Source.Forward(source);
        var logits = new float[64 * 41];
        var reference = new TableDecoder(41, 64, 6, tokens =>
        {
            anew.Target.Forward(tokens, logits);
            return logits.AsSpan((tokens.Length - 1) * 41, 41).ToArray();
        });
        for (int width = 1; width <= 6; width++)
        {
            var options = new BeamSearch { Begin = 3, End = 7, Width = width, Count = width, MinimumLength = 36, MaximumLength = 45, RepetitionPenalty = 1.2, Prompt = new[] { 5, 6 } };
            IReadOnlyList<Hypothesis> expected = reference.Search(options), actual = session.Target.Search(options);
            AssertIdentical(expected, actual);
        }
    }

    [Fact]
    public void What_cannot_be_searched_for_is_refused()
    {
        TableDecoder decoder = TableDecoder.Random(5, 8, 1, beams: 3);
        BeamSearch Options(int width, int count = 1) => new() { Begin = 0, Width = width, Count = count };
        Assert.Contains("4 beams wide, but the session runs at most 3; create it for 4", Assert.Throws<ArgumentException>(() => decoder.Search(Options(4))).Message, StringComparison.Ordinal);
        Assert.Contains("Count is 3; expected at most Width, 2", Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Search(Options(2, 3))).Message, StringComparison.Ordinal);
        Assert.Contains("Width is 0; expected at least 1", Assert.Throws<ArgumentOutOfRangeException>(() => Options(0)).Message, StringComparison.Ordinal);
        Assert.Contains("Count is 0; expected at least 1", Assert.Throws<ArgumentOutOfRangeException>(() => Options(1, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("expected a finite number", Assert.Throws<ArgumentOutOfRangeException>(() => new BeamSearch { Begin = 0, Width = 1, LengthPenalty = double.NaN }).Message, StringComparison.Ordinal);
        Assert.Contains("vetoed", Assert.Throws<InvalidOperationException>(() => decoder.Search(new BeamSearch { Begin = 0, Width = 2, Adjust = (_, logits) => logits.Fill(float.NegativeInfinity) })).Message, StringComparison.Ordinal);
        Assert.Contains("the hook must not use it", Assert.Throws<InvalidOperationException>(() => decoder.Search(new BeamSearch { Begin = 0, Width = 2, Adjust = (_, _) => decoder.Reset() })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => decoder.Search(null!));
        TableDecoder endless = TableDecoder.Random(5, int.MaxValue, 1, beams: 3);
        Assert.Contains("A search of 3 beams over 2147483647 tokens of 5 is more than memory holds; expected fewer beams, or a smaller MaximumLength", Assert.Throws<ArgumentException>(() => endless.Search(Options(3))).Message, StringComparison.Ordinal);
        Assert.Single(endless.Search(new BeamSearch { Begin = 0, Width = 3, MaximumLength = 2 }));

        void Refused<T>(string message, BeamSearch options)
            where T : Exception =>
            Assert.Contains(message, Assert.Throws<T>(() => decoder.Search(options)).Message, StringComparison.Ordinal);
        Refused<ArgumentOutOfRangeException>("Begin has token 5; expected 0 to 4", new BeamSearch { Begin = 5, Width = 1 });
        Refused<ArgumentException>("Prompt has 8 tokens; expected at most 7", new BeamSearch { Begin = 0, Width = 1, Prompt = new int[8] });
        Refused<ArgumentOutOfRangeException>("MinimumLength is 4; expected at most MaximumLength, 3", new BeamSearch { Begin = 0, Width = 1, MinimumLength = 4, MaximumLength = 3 });
        Refused<InvalidOperationException>("The logit of token 2 for position 4 is NaN; expected finite numbers", At(3, float.NaN));
        Refused<InvalidOperationException>("The logit of token 2 for position 4 is " + float.PositiveInfinity, At(3, float.PositiveInfinity));

        static BeamSearch At(int position, float bad) => new()
        {
            Begin = 0, Width = 3, Prompt = new[] { 1, 2 },
            Adjust = (tokens, logits) => logits[2] = tokens.Length == position ? bad : logits[2],
        };
    }

    [Fact]
    public void A_search_can_be_cancelled_between_steps()
    {
        TableDecoder decoder = TableDecoder.Random(5, 30, 1, beams: 3);
        using var cancellation = new CancellationTokenSource();
        var options = new BeamSearch
        {
            Begin = 0, Width = 3,
            Adjust = (tokens, _) =>
            {
                if (tokens.Length == 4)
                    cancellation.Cancel();
            },
        };
        Assert.Throws<OperationCanceledException>(() => decoder.Search(options, cancellation.Token));
        Assert.Equal(5, decoder.Steps);
    }

    private static void AssertIdentical(IReadOnlyList<Hypothesis> expected, IReadOnlyList<Hypothesis> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Tokens, actual[i].Tokens);
            Assert.Equal((expected[i].LogProbability, expected[i].Score, expected[i].IsComplete), (actual[i].LogProbability, actual[i].Score, actual[i].IsComplete));
        }
    }

    private static void AssertSame(Found[] expected, TableDecoder decoder, BeamSearch options)
    {
        if (expected.Length == 0)
        {
            Assert.Throws<InvalidOperationException>(() => decoder.Search(options));
            return;
        }

        IReadOnlyList<Hypothesis> actual = decoder.Search(options);
        Assert.Equal(expected.Length, actual.Count);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Tokens, actual[i].Tokens);
            Assert.Equal(expected[i].IsComplete, actual[i].IsComplete);
            Assert.Equal(expected[i].LogProbability, actual[i].LogProbability, 1e-12);
            Assert.Equal(expected[i].Score, actual[i].Score, 1e-12);
        }
    }
}
