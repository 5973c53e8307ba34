using Attention.Dsl;
using Attention.Generator.Parts;
using Attention.Tests.Models;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>Sequences of several sessions that step together, joining and leaving, have the bits that each has alone, over several pages of keys.</summary>
public class SequenceTests
{
    private const int Sessions = 5;
    private const int Room = 4;

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Every_sequence_has_the_bits_of_its_own_forward_pass(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        int threads = 1;
        foreach (CompiledModel model in BeamTests.Models.Value.Values)
            CheckTogether(model, instructionSet, threads = 3 - threads, new Random(7), rounds: 130);
    }

    [Fact]
    public void What_cannot_step_together_is_refused_and_nothing_has_changed()
    {
        CompiledModel model = BeamTests.Models.Value["Cross"];
        Assert.Contains("asked for -1 sequences at once; expected 0 to 75", Refused(new SessionSettings { Sequences = -1 }), StringComparison.Ordinal);
        Assert.Contains("asked for 76 sequences", Refused(new SessionSettings { Sequences = 76 }), StringComparison.Ordinal);
        CompiledSession[] sessions = model.CreateSessions(InstructionSet.Portable, 4, new SessionSettings { Sequences = 3, Beams = 2 });
        IBatchDecoder[] all = [.. sessions.Select(session => session.BatchDecoder("Target"))];
        IBatchDecoder caller = all[0];
        Assert.Equal([3, 0, 0, 0], all.Select(decoder => decoder.Sequences));
        foreach (CompiledSession session in sessions[..3])
            session.Forward("Source", new StageInput([1, 2], [], []));
        all[1].Step([1]);
        Throws<ArgumentException>("no sequences", [], []);
        Throws<InvalidOperationException>("4 sequences; the session has room for 3. Create it with SessionSettings.Sequences", all, [1, 1, 1, 1]);
        Throws<ArgumentException>("1 tokens for 2 sequences", all[..2], [1]);
        Throws<ArgumentOutOfRangeException>("Token 1 of 2 given to stage 'Target' is 7; expected 0 to 6", all[..2], [1, 7]);
        Throws<ArgumentException>("Sequences 0 and 2 given to stage 'Target' are of one session", [all[1], all[0], all[1]], [1, 2, 3]);
        Throws<ArgumentException>("Sequence 1 of 2 given to stage 'Target' is missing", [all[1], null!], [1, 2]);
        Throws<ArgumentException>("Sequence 1 of 2 given to stage 'Target' is Attention.Tests.Decoding.TableDecoder; expected Cross+Target", [all[1], Decoding.TableDecoder.Random(7, 9, 1)], [1, 2]);
        Throws<ArgumentException>("Sequence 1 given to stage 'Target' is of a session of another model", [all[1], model.CreateSession(InstructionSet.Portable).BatchDecoder("Target")], [1, 2]);
        Throws<InvalidOperationException>("'Source', which has no rows yet", [all[1], all[3]], [1, 2]);
        ((IBeamDecoder)all[0]).StepBeams([0, 0], [1, 2]);
        Throws<InvalidOperationException>("Sequence 1 given to stage 'Target' has been stepped by StepBeams", [all[1], all[0]], [1, 2]);
        all[0].Reset();
        all[2].Step([.. Enumerable.Repeat(1, 75)]);
        Throws<InvalidOperationException>("Sequence 1 given to stage 'Target' has taken 75 of at most 75 tokens; 1 more does not fit", [all[1], all[2]], [1, 2]);
        all[2].Reset();
        using (sessions[2].Core.Enter(sessions[2].Core.Plan))
            Throws<InvalidOperationException>("in use by another thread", [all[1], all[2]], [1, 2]);
        sessions[3].Disposable.Dispose();
        Assert.Throws<ObjectDisposedException>(() => { caller.StepBatch([all[1], all[3]], [1, 2]); });
        Assert.Equal([0, 1, 0, 0], all.Select(decoder => decoder.Position));

        // All were let go, and go on as if nothing had been.
        float[] rows = caller.StepBatch([all[1], all[2]], [3, 4]).ToArray();
        CompiledSession single = model.CreateSession(InstructionSet.Portable);
        single.Forward("Source", new StageInput([1, 2], [], []));
        Assert.Equal(single.Forward("Target", new StageInput([1, 3], [], []))[^7..], rows[..7]);
        Assert.Equal(0, caller.Position);
        Assert.Equal(single.Forward("Target", new StageInput([5], [], [])), caller.Step([5]).ToArray());

        CompiledModel kinds = BeamTests.Models.Value["Kinds"];
        IBatchDecoder[] two = [.. kinds.CreateSessions(InstructionSet.Portable, 2, new SessionSettings { Sequences = 2 }).Select(session => session.BatchDecoder("Kinds"))];
        Assert.Contains("the tokens that stand at position 0", Assert.Throws<ArgumentOutOfRangeException>(() => { two[0].StepBatch(two, [1, two[0].Vocabulary - 1]); }).Message, StringComparison.Ordinal);

        string Refused(SessionSettings settings) => Assert.IsType<ArgumentOutOfRangeException>(Assert.Throws<System.Reflection.TargetInvocationException>(() => model.CreateSession(InstructionSet.Portable, settings)).InnerException).Message;

        void Throws<T>(string message, IBatchDecoder[] sequences, int[] tokens)
            where T : Exception
        {
            int[] before = [.. all.Select(decoder => decoder.Position)];
            Assert.Contains(message, Assert.Throws<T>(() => { caller.StepBatch(sequences, tokens); }).Message, StringComparison.Ordinal);
            Assert.Equal(before, all.Select(decoder => decoder.Position));
        }
    }

    [Fact]
    public void Models_without_decoders_have_no_sequences()
    {
        CompiledModel model = CompiledModel.Compile("Encoding", "[Encoder(1, 20)] [Embedding(9, 70)] [SelfAttention(4)]");
        Assert.Contains("expected 0, since the model has no decoder", Assert.Throws<System.Reflection.TargetInvocationException>(() => model.CreateSession(InstructionSet.Portable, new SessionSettings { Sequences = 1 })).InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sequences_that_keep_attention_weights_step_alone()
    {
        CompiledModel model = CompiledModel.Compile("Kept", "[Decoder(1, 20)] [Embedding(9, 70)] [SelfAttention(4, Capture = true)] [Logits]");
        IBatchDecoder decoder = model.CreateSession(InstructionSet.Portable, new SessionSettings { Sequences = 1, CaptureAttention = true }).BatchDecoder("Kept");
        Assert.Contains("StepBatch does not keep the attention weights", Assert.Throws<InvalidOperationException>(() => { decoder.StepBatch([decoder], [1]); }).Message, StringComparison.Ordinal);
        decoder.Step([1]);
        IBatchDecoder other = model.CreateSession(InstructionSet.Portable, new SessionSettings { Sequences = 1 }).BatchDecoder("Kept");
        other.StepBatch([other], [1]);
        Assert.Equal(decoder.Step([2]).ToArray(), other.StepBatch([other], [2]).ToArray());
    }

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Steps_of_several_sequences_allocate_nothing(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach (string name in new[] { "Cross", "Luong", "Kinds" })
        {
            CompiledModel model = BeamTests.Models.Value[name];
            CompiledSession[] sessions = model.CreateSessions(instructionSet, 3, new SessionSettings { Sequences = 3 }, threads: 2);
            foreach (CompiledSession session in sessions)
                session.Core.Work.ChunkCost = 1;
            string stage = model.Stages[^1].Name;
            IBatchDecoder[] all = [.. sessions.Select(session => session.BatchDecoder(stage))];
            foreach (CompiledSession session in model.Stages.Count > 1 ? sessions : [])
                session.Forward("Source", new StageInput([1, 2, 3], [], []));
            Allocations.AssertNone(name, () =>
            {
                foreach (IBatchDecoder decoder in all)
                    decoder.Reset();
                for (int i = 0; i < 3; i++)
                    all[0].StepBatch(all, [1, 2, 3]);
            });
        }
    }

    /// <summary>Holds random sequences of a model's last stage, some of which step at a time, against each one's forward pass.</summary>
    internal static void CheckTogether(CompiledModel model, InstructionSet instructionSet, int threads, Random random, int rounds, int longest = 12)
    {
        CompiledSession[] sessions = model.CreateSessions(instructionSet, Sessions, new SessionSettings { Sequences = Math.Min(Room, model.Stages.Where(stage => stage.IsDecoder).Min(stage => stage.Length)) }, threads);
        CompiledSession single = model.CreateSession(instructionSet);
        string stage = model.Stages[^1].Name;
        var source = (TokenSource)model.Stages[^1].Source;
        IBatchDecoder[] decoders = [.. sessions.Select(session => session.BatchDecoder(stage))];
        var inputs = new Dictionary<string, StageInput>[Sessions];
        var taken = new List<int>[Sessions];
        for (int i = 0; i < Sessions; i++)
        {
            sessions[i].Core.Work.ChunkCost = 1;
            sessions[i].Poison();
            Begin(i);
        }

        for (int round = 0; round < rounds; round++)
        {
            int[] members = [.. Enumerable.Range(0, Sessions).Where(i => taken[i].Count < source.Length).OrderBy(_ => random.Next()).Take(random.Next(1, decoders[0].Sequences + 1))];
            if (members.Length > 0)
                Step(members);

            // Now and then one steps alone, by several tokens, or begins anew with another source.
            int other = random.Next(Sessions);
            if (taken[other].Count == source.Length || random.Next(40) == 0)
            {
                Begin(other);
            }
            else if (random.Next(4) == 0)
            {
                int count = random.Next(1, Math.Min(longest, source.Length - taken[other].Count) + 1), first = taken[other].Count;
                for (int i = 0; i < count; i++)
                    taken[other].Add(Token(other));
                Same(other, decoders[other].Step([.. taken[other].Skip(first)]).ToArray());
            }
        }

        void Step(int[] members)
        {
            foreach (int member in members)
                taken[member].Add(Token(member));
            float[] rows = decoders[0].StepBatch([.. members.Select(member => decoders[member])], [.. members.Select(member => taken[member][^1])]).ToArray();
            int width = decoders[0].Width;
            Assert.Equal(members.Length * width, rows.Length);
            for (int i = 0; i < members.Length; i++)
            {
                int member = members[i];
                Assert.Equal(taken[member].Count, decoders[member].Position);
                if (taken[member].Count % 7 == 0 || taken[member].Count is 1 or 2 or 32 or 33 or 64 or 65)
                    Same(member, rows.AsSpan(i * width, width));
            }
        }

        int Token(int member) => StageInput.TokenAt(source, taken[member].Count, random);

        void Begin(int i)
        {
            inputs[i] = OperationTests.InputsOf(model, random.Next(1, model.Stages[^1].Source.Length + 1), random);
            foreach (string name in model.Stages.Where(candidate => candidate.Name != stage).Select(candidate => candidate.Name))
                sessions[i].Forward(name, inputs[i][name]);
            decoders[i].Reset();
            taken[i] = [];
        }

        void Same(int i, ReadOnlySpan<float> row)
        {
            foreach (string name in model.Stages.Where(candidate => candidate.Name != stage).Select(candidate => candidate.Name))
                single.Forward(name, inputs[i][name]);
            float[] forward = single.Forward(stage, new StageInput([.. taken[i]], [], []));
            Assert.True(forward.AsSpan()[^row.Length..].SequenceEqual(row), $"{model.Name} on {instructionSet}, {threads} threads: sequence {i} differs at {taken[i].Count} tokens");
        }
    }
}
