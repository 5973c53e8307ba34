using Attention.Dsl;
using Attention.Tests.Kernels;
using Attention.Tests.Models;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Decoding;

/// <summary>Sequences that are generated together have the tokens that each has alone, and begin as soon as there is room.</summary>
public class TokenBatchTests
{
    private static DecodingOptions Options(Random random, int vocabulary, int length, int? begin = null)
    {
        int start = begin ?? random.Next(vocabulary);
        int? end = random.Next(3) == 0 ? null : random.Next(vocabulary);
        int[] prompt = [.. Enumerable.Range(0, random.Next(3) == 0 ? random.Next(length - 1) : 0).Select(_ => random.Next(vocabulary))];
        int least = random.Next(3), most = random.Next(5) == 0 ? 0 : random.Next(least, 2 * length);
        double penalty = random.Next(3) == 0 ? 1.3 : 1;
        if (random.Next(2) == 0)
            return new GreedySearch { Begin = start, End = end, Prompt = prompt, MinimumLength = Math.Min(least, most), MaximumLength = most, RepetitionPenalty = penalty };
        return new Sampling
        {
            Begin = start, End = end, Prompt = prompt, MinimumLength = Math.Min(least, most), MaximumLength = most, RepetitionPenalty = penalty,
            Temperature = 0.5 + random.NextDouble(), TopK = random.Next(2) == 0 ? null : 3, TopP = random.Next(2) == 0 ? null : 0.9, Seed = (ulong)random.Next(100),
        };
    }

    [Fact]
    public void Each_sequence_is_what_it_is_alone_and_none_waits_where_there_is_room()
    {
        var random = new Random(5);
        for (int seed = 0; seed < 200; seed++)
        {
            int vocabulary = random.Next(2, 10), length = random.Next(2, 20), room = random.Next(1, 5), count = random.Next(0, 9);
            TableDecoder[] decoders = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => TableDecoder.Random(vocabulary, length, seed, sequences: room))];
            DecodingOptions[] options = [.. Enumerable.Range(0, count).Select(_ => Options(random, vocabulary, length))];
            int[][] alone = [.. options.Select(one => new TokenSequence(decoders[0], one).ToArray())];
            var begun = new List<(int Sequence, int Session)>();
            var batch = new TokenBatch(decoders[0], decoders, options, (sequence, session) => begun.Add((sequence, session)));
            Assert.Equal(alone, batch.ToArrays());
            Assert.Equal(Enumerable.Range(0, count), begun.Select(one => one.Sequence));
            int most = Math.Min(room, decoders.Length);
            Assert.All(begun, one => Assert.InRange(one.Session, 0, most - 1));

            // Once a step has fewer than there is room for, nobody waits, and they only become fewer.
            List<int> together = decoders[0].Together;
            Assert.All(together.SkipWhile(step => step == most).Zip(together.SkipWhile(step => step == most).Skip(1)), pair => Assert.True(pair.First >= pair.Second));
        }
    }

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Decoders_generate_together_what_each_generates_alone(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach (string name in new[] { "Cross", "Groups", "Luong", "Turned" })
        {
            CompiledModel model = BeamTests.Models.Value[name];
            var random = new Random(9);
            string stage = model.Stages[^1].Name;
            CompiledSession[] sessions = model.CreateSessions(instructionSet, 4, new SessionSettings { Sequences = 3 }, threads: 2);
            CompiledSession single = model.CreateSession(instructionSet);
            int[][] sources = [.. Enumerable.Range(0, 9).Select(_ => (int[])[.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => random.Next(9))])];
            IBatchDecoder[] decoders = [.. sessions.Select(session => session.BatchDecoder(stage))];
            DecodingOptions[] options = [.. sources.Select(_ => Options(random, decoders[0].Vocabulary, 60))];
            int[][] together = new TokenBatch(decoders[0], decoders, options, (sequence, session) => Encode(sessions[session], sequence)).ToArrays();
            for (int sequence = 0; sequence < options.Length; sequence++)
            {
                Encode(single, sequence);
                Assert.Equal(new TokenSequence(single.Decoder(stage), options[sequence]).ToArray(), together[sequence]);
            }

            Assert.Contains(together, tokens => tokens.Length > 10);

            void Encode(CompiledSession session, int sequence)
            {
                if (model.Stages.Count > 1)
                    session.Forward("Source", new StageInput(sources[sequence], [], []));
            }
        }
    }

    [Fact]
    public void Tokens_come_as_they_are_generated_and_a_batch_can_be_left()
    {
        TableDecoder[] decoders = [.. Enumerable.Range(0, 2).Select(_ => TableDecoder.Random(5, 9, 3, sequences: 2))];
        var tokens = new List<int>();
        foreach ((int sequence, int token) in new TokenBatch(decoders[0], decoders, [.. Enumerable.Range(0, 3).Select(begin => new GreedySearch { Begin = begin })]))
        {
            tokens.Add(sequence);
            if (tokens.Count == 5)
                break;
        }

        Assert.Equal([0, 1, 0, 1, 0], tokens);
        Assert.Equal(3, decoders[0].Position);
    }

    [Fact]
    public void What_cannot_be_generated_together_is_refused()
    {
        TableDecoder able = TableDecoder.Random(5, 9, 3, sequences: 2), unable = TableDecoder.Random(5, 9, 3);
        var greedy = new GreedySearch { Begin = 1 };
        Assert.Throws<ArgumentNullException>(() => new TokenBatch(null!, [able], [greedy]));
        Assert.Throws<ArgumentNullException>(() => new TokenBatch(able, null!, [greedy]));
        Assert.Throws<ArgumentNullException>(() => new TokenBatch(able, [null!], [greedy]));
        Assert.Throws<ArgumentNullException>(() => new TokenBatch(able, [able], null!));
        Assert.Throws<ArgumentNullException>(() => new TokenBatch(able, [able], [null!]));
        Assert.Contains("no sessions", Assert.Throws<ArgumentException>(() => new TokenBatch(able, [], [greedy])).Message, StringComparison.Ordinal);
        Assert.Contains("BeamSearch", Assert.Throws<ArgumentException>(() => new TokenBatch(able, [able], [greedy, new BeamSearch { Begin = 1, Width = 2 }])).Message, StringComparison.Ordinal);
        Assert.Contains("expected 0 to 4", Assert.Throws<ArgumentOutOfRangeException>(() => new TokenBatch(able, [able], [new GreedySearch { Begin = 5 }])).Message, StringComparison.Ordinal);
        Assert.Contains("SessionSettings.Sequences", Assert.Throws<InvalidOperationException>(() => new TokenBatch(unable, [able], [greedy])).Message, StringComparison.Ordinal);
        using var cancellation = new CancellationTokenSource();
        var batch = new TokenBatch(able, [able], [greedy], cancellation: cancellation.Token);
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach ((int _, int _) in batch)
                cancellation.Cancel();
        });
        Assert.Contains("used otherwise", Assert.Throws<InvalidOperationException>(() =>
        {
            foreach ((int _, int _) in new TokenBatch(able, [able], [greedy]))
                able.Step([1]);
        }).Message, StringComparison.Ordinal);
    }
}
