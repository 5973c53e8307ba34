using Attention.Dsl;
using Attention.Tests.Models;
using Xunit;

namespace Attention.Tests.Promises;

/// <summary>A batch gives each sequence what it has alone, at every place, and disturbs nothing.</summary>
public class BatchTests : PromiseTest
{
    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Every_place_in_a_batch_gives_the_same_bits(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach (int threads in new[] { 1, 2 })
        {
            using Translator model = Load(instructionSet, threads);
            using Translator.Session alone = model.CreateSession(), session = model.CreateSession(new SessionSettings { BatchTokens = 500 });
            CoreOf(session).Work.ChunkCost = threads == 1 ? 1 << 17 : 1;
            for (int length = 1; length <= 70; length += 1 + (length / 8))
            {
                int[] sequence = Tokens(length, 50, length), expected = Bits(alone.Source.Forward(sequence).ToArray()), vector = Bits(alone.Summary.Forward(sequence));
                for (int place = 0; place < 6; place++)
                {
                    int[][] others = [.. Enumerable.Range(0, 6).Select(i => i == place ? sequence : Tokens(1 + (((i * 31) + length) % 70), 50, i))];
                    int[] lengths = [.. others.Select(other => other.Length)], tokens = [.. others.SelectMany(other => other)];
                    Poison(session);
                    Rows rows = session.Source.ForwardBatch(tokens, lengths);
                    Assert.Equal(tokens.Length, rows.Count);
                    int start = lengths.Take(place).Sum();
                    Assert.Equal(expected, Bits(rows.ToArray().AsSpan(start * rows.Width, length * rows.Width)));
                    Rows vectors = session.Summary.ForwardBatch(tokens, lengths);
                    Assert.Equal((6, 21), (vectors.Count, vectors.Width));
                    Assert.Equal(vector, Bits(vectors[place]));
                }
            }
        }
    }

    [Fact]
    public void Many_short_sequences_fit()
    {
        using Translator model = Load(InstructionSets.Best, 2);
        using Translator.Session alone = model.CreateSession(), session = model.CreateSession(new SessionSettings { BatchTokens = 71 });
        int[] tokens = Tokens(71, 50, 1), lengths = [.. Enumerable.Repeat(1, 71)];
        Poison(session);
        Rows vectors = session.Summary.ForwardBatch(tokens, lengths), rows = session.Causal.ForwardBatch(tokens, lengths);
        for (int i = 0; i < 71; i++)
        {
            Assert.Equal(Bits(alone.Summary.Forward(tokens.AsSpan(i, 1))), Bits(session.Summary.ForwardBatch(tokens, lengths)[i]));
            Assert.Equal(Bits(alone.Causal.Forward(tokens.AsSpan(i, 1))[0]), Bits(session.Causal.ForwardBatch(tokens, lengths)[i]));
        }

        Assert.Equal((71, 71), (vectors.Count, rows.Count));
    }

    [Fact]
    public void A_batch_leaves_what_other_stages_read()
    {
        using Translator model = Load(InstructionSets.Best);
        using Translator.Session session = model.CreateSession(new SessionSettings { BatchTokens = 200 });
        session.Source.Forward([1, 2, 3]);
        int[] expected = Bits(session.Target.Step([4, 5]));
        session.Target.Reset();
        session.Target.Step([4]);
        session.Source.ForwardBatch(Tokens(200, 50, 3), [70, 70, 60]);
        Assert.Equal(expected, Bits(session.Target.Step([5])));
    }

    [Fact]
    public void Wrong_batches_are_refused()
    {
        using Translator model = Load(InstructionSets.Best);
        using Translator.Session session = model.CreateSession(new SessionSettings { BatchTokens = 100 }), none = model.CreateSession();
        int[] tokens = Tokens(20, 50, 1);
        Assert.Equal(100, session.Source.BatchTokens);
        Refused<ArgumentException>("a batch of no sequences", () => session.Source.ForwardBatch([], []));
        Refused<ArgumentException>("Sequence 1 of 3 given to stage 'Source' has 0 rows; expected 1 to 70", () => session.Source.ForwardBatch(tokens, [10, 0, 10]));
        Refused<ArgumentException>("has -1 rows", () => session.Source.ForwardBatch(tokens, [21, -1]));
        Refused<ArgumentException>("has 71 rows; expected 1 to 70", () => session.Source.ForwardBatch(Tokens(71, 50, 1), [71]));
        Refused<ArgumentException>("The 2 lengths given to stage 'Source' add up to 19, but it was given 20 rows", () => session.Source.ForwardBatch(tokens, [9, 10]));
        Refused<ArgumentOutOfRangeException>("Token 3 of 20 given to stage 'Source' is 50", () => session.Source.ForwardBatch([.. tokens[..3], 50, .. tokens[4..]], [10, 10]));
        Refused<InvalidOperationException>("a batch of 101 rows; the session has room for 100", () => session.Source.ForwardBatch(Tokens(101, 50, 1), [50, 51]));
        Refused<InvalidOperationException>("SessionSettings.BatchTokens", () => none.Source.ForwardBatch(tokens, [20]));
        Refused<ArgumentOutOfRangeException>("batches of -1 tokens", () => model.CreateSession(new SessionSettings { BatchTokens = -1 }));
        Refused<ArgumentOutOfRangeException>("floats of memory", () => model.CreateSession(new SessionSettings { BatchTokens = int.MaxValue }));
        Assert.Equal(20, session.Source.ForwardBatch(tokens, [20]).Count);
    }

    [Fact]
    public void Batches_allocate_nothing()
    {
        using Translator model = Load(InstructionSets.Best, 2);
        using Translator.Session session = model.CreateSession(new SessionSettings { BatchTokens = 100 });
        CoreOf(session).Work.ChunkCost = 1;
        int[] tokens = Tokens(90, 50, 1), lengths = [30, 1, 59];
        Allocations.AssertNone("ForwardBatch", () =>
        {
            session.Source.ForwardBatch(tokens, lengths);
            session.Summary.ForwardBatch(tokens, lengths);
        });
    }

    private static void Refused<T>(string what, Action call)
        where T : Exception =>
        Assert.Contains(what, Assert.ThrowsAny<T>(call).Message, StringComparison.Ordinal);
}
