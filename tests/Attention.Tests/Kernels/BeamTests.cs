using Attention.Dsl;
using Attention.Generator.Parts;
using Attention.Tests.Models;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>Beams that fork, end and go on give the bits of a forward pass over each one's tokens, over several pages of keys.</summary>
public class BeamTests
{
    private const int Beams = 6;
    private const int Length = 75;

    /// <summary>Decoders of every kind, by name.</summary>
    internal static readonly Lazy<Dictionary<string, CompiledModel>> Models = new(() => CompiledModel.Compile(
        ("Cross", $"""
            [Encoder(1, 20)] [Embedding(9, 70)] [SelfAttention(4)] public sealed partial class Source;
            [Decoder(3, 36)] [Embedding(7, {Length}, Scaled = true)] [Positions(PositionKind.Learned, Offset = 2)] [LayerNorm] [SelfAttention(3)] [CrossAttention("source", heads: 5, HeadWidth = 6, SourceWidth = 20)] [FeedForward(31, Activation.Gelu)] [Logits] public sealed partial class Target;
            """),
        ("Alone", "[Decoder(2, 33, Norm = NormPlacement.Pre, FinalNorm = true)] [Embedding(19, 75)] [LayerNorm] [Positions(PositionKind.Sinusoidal)] "
            + "[SelfAttention(2, HeadWidth = 21, Every = 2)] [FeedForward(17, Activation.Relu)] [SelfAttention(1, HeadWidth = 50, Name = \"second.{layer}\", At = new[] { 1 })] [Linear(5)]"),
        ("Pattern", $$"""
            [Decoder(2, 24)] [Embedding(11, {{Length}})] [Positions(PositionKind.Learned)] [SelfAttention(3, Mask = nameof(Sees), ScoreBias = nameof(Slope), SoftCap = 2)] [SelfAttention(2, Mask = nameof(Far), Window = 60, TopK = 9, Name = "far.{layer}")] [Logits] public sealed partial class S
            {
                private static bool Sees(int query, int key) => (query - key) % 3 != 1;

                private static float Slope(int head, int distance) => -0.1f * (head + 1) * distance;

                private static bool Far(int query, int key) => query - key > 31 || key == query;
            }
            """),
        ("Groups", $"""
            [Encoder(1, 20)] [Embedding(9, 70)] [SelfAttention(4)] public sealed partial class Source;
            [Decoder(2, 24)] [Embedding(11, {Length})] [Rotary] [SelfAttention(6, HeadWidth = 10, KeyValueHeads = 2, QueryKeyNorm = QueryKeyNorm.PerHead)] [CrossAttention("source", heads: 4, KeyValueHeads = 1, SourceWidth = 20)] [SelfAttention(4, Window = 40, KeyValueHeads = 2, Alibi = true, Sinks = true, Name = "second.{"{layer}"}")] [SelfAttention(2, Sinks = true, TopK = 5, Name = "third.{"{layer}"}")] [Logits(SoftCap = 3)] public sealed partial class Target;
            """),
        ("Sinks", $"[Decoder(2, 24)] [Embedding(11, {Length})] [Positions(PositionKind.Learned)] [SelfAttention(3, Window = 9, Global = 2)] [SelfAttention(2, Window = 33, Global = 1, TopK = 4, Name = \"far.{"{layer}"}\")] [Logits]"),
        ("Bahdanau", $"""
            [Encoder(2, 20)] [Embedding(9, 70, Width = 6)] [Recurrent(CellKind.Lstm, Bidirectional = true)] public sealed partial class Source;
            [Decoder(2, 20)] [Embedding(7, {Length})] [Bridge("source")] [AdditiveAttention("source", 9)] [Recurrent(CellKind.Lstm)] [DeepOutput(PreviousState = true)] [Logits] public sealed partial class Target;
            """),
        ("Luong", $"""
            [Encoder(1, 20)] [Embedding(9, 70)] [SelfAttention(4)] public sealed partial class Source;
            [Decoder(3, 20)] [Embedding(7, {Length}, Width = 15)] [Recurrent(CellKind.Gru)] [LuongAttention("source", ScoreKind.General, InputFeeding = true)] [Logits] public sealed partial class Target;
            """),
        ("Drawn", $"""
            [Encoder(1, 20)] [Embedding(9, 70)] [SelfAttention(4)] public sealed partial class Source;
            [Decoder(1, 20)] [Embedding(7, {Length}, Width = 15)] [AdditiveAttention("source", 12, Weighting = WeightingKind.Sampled, Seed = 5, Gate = true)] [Recurrent(CellKind.Lstm)] [Logits] public sealed partial class Target;
            """),
        ("DrawnBehind", $"""
            [Encoder(1, 20)] [Embedding(9, 70)] [SelfAttention(4)] public sealed partial class Source;
            [Decoder(1, 20)] [Embedding(7, {Length}, Width = 15)] [Recurrent(CellKind.Gru)] [LuongAttention("source", ScoreKind.General, Weighting = WeightingKind.Sampled, Seed = 5, InputFeeding = true)] [Logits] public sealed partial class Target;
            """),
        ("Near", $"""
            [Encoder(1, 20)] [Embedding(9, 70)] [SelfAttention(4)] public sealed partial class Source;
            [Decoder(1, 20)] [Embedding(7, {Length}, Width = 15)] [Recurrent(CellKind.Gru)] [LuongAttention("source", ScoreKind.General, Window = 1, InputFeeding = true)] [Logits] public sealed partial class Target;
            """),
        ("Reading", $"[Decoder(1, 24)] [Embedding(19, {Length}, Width = 10)] [IntraAttention(12)] [Recurrent(CellKind.Lstm)] [Linear(5)]"),
        ("States", $"[Decoder(2, 33)] [Embedding(19, 75)] [Recurrent(CellKind.Gru, ResetBefore = true)] [Linear(5)]"),
        ("Labels", $"""
            [Encoder(1, 20)] [Embedding(9, 70)] [Labels(Rows = 1)] [SelfAttention(4)] public sealed partial class Source;
            [Decoder(2, 36)] [Embedding(7, {Length})] [Positions(PositionKind.Learned)] [Labels(Token = 2)] [SelfAttention(3, Labels = LabelRule.Equal)] [CrossAttention("source", heads: 5, HeadWidth = 6, SourceWidth = 20, Labels = LabelRule.Equal, Gate = Gate.Tanh)] [SelfAttention(2, Labels = LabelRule.Equal, Window = 5, TopK = 3, Name = "second.{"{layer}"}")] [Logits] public sealed partial class Target;
            """),
        ("Turned", $"[Decoder(2, 24)] [Embedding(11, {Length})] [Rotary] [SelfAttention(2, Window = 40)] [Rotary(Width = 4, Interleaved = true)] [SelfAttention(2, HeadWidth = 9, Name = \"second.{"{layer}"}\")] [FeedForward(9, Activation.Silu, Gated = true)] [Logits]"),
        ("LabelledPatterns", $$"""
            [Encoder(1, 20)] [Embedding(9, 70)] [Labels(Rows = 1)] [SelfAttention(4)] public sealed partial class Source;
            [Decoder(2, 36)] [Embedding(7, {{Length}})] [Positions(PositionKind.Learned)] [Labels(Token = 2)] [SelfAttention(3, Labels = LabelRule.Equal, Mask = nameof(Sees))] [CrossAttention("source", heads: 5, HeadWidth = 6, SourceWidth = 20, Labels = LabelRule.UpTo, Mask = nameof(Sees), ScoreBias = nameof(Slope))] [Logits] public sealed partial class Target
            {
                private static bool Sees(int query, int key) => (query + key) % 3 != 1;

                private static float Slope(int head, int distance) => -0.1f * (head + 1) * distance;
            }
            """),
        ("Asked", $$"""
            [Encoder(1, 20)] [Embedding(9, 70)] [SelfAttention(4)] public sealed partial class Source;
            [Decoder(2, 24)] [Embedding(7, {{Length}})] [SelfAttention(2)] [CrossAttention("source", heads: 3, HeadWidth = 9, SourceWidth = 20, Mask = nameof(Sees))] [CrossAttention("source", SourceWidth = 20, ScoreBias = nameof(Slope), Name = "second.{layer}")] [Logits] public sealed partial class Target
            {
                private static bool Sees(int query, int key) => (query + key) % 3 != 1;

                private static float Slope(int head, int distance) => -0.1f * (head + 1) * distance;
            }
            """),
        ("AskedAlone", $$"""
            [Encoder(1, 20)] [Embedding(9, 70)] [SelfAttention(4)] public sealed partial class Source;
            [Decoder(3, 24)] [Embedding(7, {{Length}})] [SelfAttention(2, At = new[] { 0 })] [CrossAttention("source", heads: 3, HeadWidth = 9, SourceWidth = 20, Mask = nameof(Sees), ScoreBias = nameof(Slope))] [Logits] public sealed partial class Target
            {
                private static bool Sees(int query, int key) => (query + key) % 3 != 1;

                private static float Slope(int head, int query, int key) => 0.1f * (head + 1) * ((query - key) % 7);
            }
            """),
        ("SignalledAlone", $"[Decoder(3, 24)] [Embedding(7, {Length})] [StepSignal(PositionKind.Sinusoidal)] [SelfAttention(2, At = new[] {{ 0 }})] [FeedForward(9, Activation.Relu)] [Logits]"),
        ("Distances", $"[Decoder(2, 24)] [Embedding(11, {Length})] [SelfAttention(3, RelativeBuckets = 8, RelativeDistance = 30)] [SelfAttention(2, Alibi = true, Window = 40, Name = \"second.{{layer}}\")] [Logits]"),
        ("Patterned", $"[Decoder(2, 24)] [Embedding(11, {Length})] [Labels(Token = 2)] [LocalAttention(3, 16, Labels = LabelRule.Equal)] [SparseAttention(2, 9, Labels = LabelRule.Equal, Name = \"second.{"{layer}"}\")] [Logits]"),
        ("Places", $"[Decoder(2, 24)] [Embedding(11, {Length})] [Labels(Rows = 37)] [SelfAttention(3, Labels = LabelRule.Equal)] [Logits]"),
        ("Kinds", $"[Decoder(2, 24)] [Embedding(5, 40, Padding = 2)] [Positions(PositionKind.Learned)] [Segment(9, 35)] [Positions(PositionKind.Axial, Columns = 6)] [SelfAttention(3)] [Logits]"),
        ("Shifted", $"[Decoder(2, 22, Norm = NormPlacement.Pre)] [Embedding(9, {Length})] [TokenShift(Text = 21, Side = 8)] [SelfAttention(2)] [FeedForward(17, Activation.Relu)] [Logits]"),
        ("ShiftedFar", $"[Decoder(2, 22, Norm = NormPlacement.Pre)] [Embedding(9, {Length})] [TokenShift(Side = 40)] [SelfAttention(2)] [FeedForward(17, Activation.Relu, Every = 2)] [Logits]"),
        ("Two", $"""
            [Decoder(1, 16, Prefix = "a")] [Embedding(5, {Length})] [SelfAttention(2)] [Logits(Tied = true)] public sealed partial class A;
            [Decoder(2, 20, Prefix = "b")] [Embedding(5, 80)] [SelfAttention(2)] [CrossAttention("a", heads: 2, SourceWidth = 16)] public sealed partial class B;
            """)));

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Every_beam_has_the_bits_of_a_forward_pass_over_its_tokens(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach (CompiledModel model in Models.Value.Values)
            CheckBeams(model, instructionSet);
    }

    /// <summary>Holds random beams of a model's last stage, which fork, end and go on, against a forward pass over each one's tokens.</summary>
    internal static void CheckBeams(CompiledModel model, InstructionSet instructionSet)
    {
        var random = new Random(3);
        CompiledSession beams = model.CreateSession(instructionSet, new SessionSettings { Beams = Beams }), single = model.CreateSession(instructionSet);
        beams.Poison();
        foreach (CompiledSession session in new[] { beams, single })
        {
            foreach (string source in model.Stages.Where(stage => stage != model.Stages[^1]).Select(stage => stage.Name))
                session.Forward(source, new StageInput([1, 2, 3], [], []));
        }

        string stage = model.Stages[^1].Name;
        IBeamDecoder decoder = beams.Decoder(stage);
        Assert.Equal(Beams, decoder.Beams);
        int Token(int position) => StageInput.TokenAt((TokenSource)model.Stages[^1].Source, position, random);
        foreach (int prompt in new[] { 0, 1, 31, 40 })
        {
            decoder.Reset();
            List<int[]> histories = [[.. Enumerable.Range(0, prompt).Select(Token)]];
            if (prompt > 0)
                decoder.Step(histories[0]);
            while (histories[0].Length < decoder.Length)
            {
                // Now all beams go on, now some of them fork and the others end.
                int count = random.Next(1, Beams + 1);
                int[] parents = [.. Enumerable.Range(0, count).Select(i => random.Next(4) == 0 || i >= histories.Count ? random.Next(histories.Count) : i)];
                int[] tokens = [.. parents.Select(_ => Token(histories[0].Length))];
                histories = [.. parents.Zip(tokens, (parent, token) => (int[])[.. histories[parent], token])];
                float[] rows = decoder.StepBeams(parents, tokens).ToArray();
                Assert.Equal(histories[0].Length, decoder.Position);
                if (histories[0].Length % 7 > 0 && histories[0].Length is not (32 or 33 or 64 or 65))
                    continue;
                for (int beam = 0; beam < count; beam++)
                {
                    float[] forward = single.Forward(stage, new StageInput(histories[beam], [], []));
                    Assert.True(forward.AsSpan()[^decoder.Width..].SequenceEqual(rows.AsSpan(beam * decoder.Width, decoder.Width)), $"{model.Name} on {instructionSet}: beam {beam} of {count} differs at {histories[0].Length} tokens behind a prompt of {prompt}");
                }
            }

            Assert.Throws<InvalidOperationException>(() => { decoder.StepBeams([0], [1]); });
        }
    }

    [Fact]
    public void What_beams_cannot_do_is_refused()
    {
        CompiledModel model = Models.Value["Cross"];
        Assert.Contains("asked for 0 beams; expected 1 to 75", Assert.Throws<System.Reflection.TargetInvocationException>(() => model.CreateSession(InstructionSet.Portable, new SessionSettings { Beams = 0 })).InnerException!.Message, StringComparison.Ordinal);
        Assert.Contains("asked for 76 beams", Assert.Throws<System.Reflection.TargetInvocationException>(() => model.CreateSession(InstructionSet.Portable, new SessionSettings { Beams = 76 })).InnerException!.Message, StringComparison.Ordinal);
        CompiledSession session = model.CreateSession(InstructionSet.Portable, new SessionSettings { Beams = 2 });
        IBeamDecoder decoder = session.Decoder("Target");
        Assert.Contains("no rows yet", Assert.Throws<InvalidOperationException>(() => { decoder.StepBeams([0], [1]); }).Message, StringComparison.Ordinal);
        session.Forward("Source", new StageInput([1], [], []));
        Assert.Contains("continues beam 1; expected 0 to 0", Assert.Throws<ArgumentOutOfRangeException>(() => { decoder.StepBeams([0, 1], [1, 1]); }).Message, StringComparison.Ordinal);
        Assert.Contains("is 7; expected 0 to 6", Assert.Throws<ArgumentOutOfRangeException>(() => { decoder.StepBeams([0, 0], [1, 7]); }).Message, StringComparison.Ordinal);
        Assert.Contains("3 beams; expected 1 to 2", Assert.Throws<ArgumentException>(() => { decoder.StepBeams([0, 0, 0], [1, 2, 3]); }).Message, StringComparison.Ordinal);
        Assert.Contains("0 beams", Assert.Throws<ArgumentException>(() => { decoder.StepBeams([], []); }).Message, StringComparison.Ordinal);
        Assert.Contains("1 parents for 2 beams", Assert.Throws<ArgumentException>(() => { decoder.StepBeams([0], [1, 2]); }).Message, StringComparison.Ordinal);
        Assert.Equal(0, decoder.Position);
        decoder.StepBeams([0, 0], [1, 2]);
        Assert.Contains("Reset", Assert.Throws<InvalidOperationException>(() => { decoder.Step([1]); }).Message, StringComparison.Ordinal);
        session.Forward("Target", new StageInput([1, 2], [], []));
        decoder.Step([1]);
        Assert.Equal(3, decoder.Position);
    }
}
