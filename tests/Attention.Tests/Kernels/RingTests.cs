using System.Runtime.InteropServices;
using System.Text.Json;
using Attention.Dsl;
using Attention.Tests.Models;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>Decoders that keep of keys and values what their windows can still see, over several turns of the ring.</summary>
public class RingTests(ITestOutputHelper output)
{
    private const int Length = 1000;

    private static readonly Lazy<Dictionary<string, CompiledModel>> s_models = new(() => CompiledModel.Compile(
        ("One", $"[Decoder(1, 20)] [Embedding(11, {Length})] [SelfAttention(2, Window = 20)] [Logits]"),
        ("Groups", $"[Decoder(3, 24)] [Embedding(11, {Length})] [Rotary] [SelfAttention(6, HeadWidth = 10, KeyValueHeads = 2, Window = 45)] [SelfAttention(2, Name = \"all.{{layer}}\", At = new[] {{ 1 }})] [FeedForward(9, Activation.Relu)] [Logits]"),
        ("Biased", $"[Decoder(2, 24)] [Embedding(11, {Length})] [SelfAttention(3, Window = 130, Alibi = true, Sinks = true, SoftCap = 5)] [SelfAttention(2, HeadWidth = 9, Window = 33, TopK = 4, Name = \"few.{{layer}}\")] [Logits]")));

    [Fact]
    public void What_no_row_will_see_again_is_not_kept()
    {
        CompiledModel model = s_models.Value["One"];
        long one = model.CreateSession(InstructionSet.Portable).Core.Memory.Length, two = model.CreateSession(InstructionSet.Portable, new SessionSettings { Beams = 2 }).Core.Memory.Length;

        // Twice 10 panels of 32: the window, and 256 rows that may be taken at a time; two heads of 10 channels, values 48 floats apart.
        Assert.Equal(2 * 320 * (20 + 48), two - one);
    }

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Rows_agree_with_the_reference_and_with_steps(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        double worst = 0;
        foreach (CompiledModel model in s_models.Value.Values)
        {
            var random = new Random(4);
            CompiledSession session = model.CreateSession(instructionSet, threads: 2), steps = model.CreateSession(instructionSet);
            session.Core.Work.ChunkCost = 1;
            IDecoder decoder = steps.Decoder(model.Name);
            foreach (int length in new[] { 1, 257, Length })
            {
                Dictionary<string, StageInput> inputs = OperationTests.InputsOf(model, length, random);
                worst = Math.Max(worst, session.Check(inputs, known: _ => Known(model, inputs)));
                float[] rows = session.Forward(model.Name, inputs[model.Name]);
                int[] tokens = inputs[model.Name].Tokens;
                steps.Poison();
                decoder.Reset();
                for (int p = 0; p < tokens.Length;)
                {
                    int end = Math.Min(tokens.Length, p + (random.Next(3) == 0 ? random.Next(1, 700) : random.Next(1, 5)));
                    float[] row = decoder.Step(tokens.AsSpan(p, end - p)).ToArray();
                    Assert.True(rows.AsSpan((end - 1) * decoder.Width, decoder.Width).SequenceEqual(row), $"{model.Name} on {instructionSet}: steps {p} to {end} of {tokens.Length} differ");
                    p = end;
                }
            }
        }

        output.WriteLine($"largest error: {worst:F3} of what is allowed");
        Assert.InRange(worst, 1e-9, 1);
    }

    private static readonly Dictionary<(string, int), ReferenceRun> s_runs = [];

    /// <summary>What the reference makes of inputs, which all instruction sets are given alike.</summary>
    private static ReferenceRun Known(CompiledModel model, Dictionary<string, StageInput> inputs)
    {
        (string, int) key = (model.Name, inputs[model.Name].Tokens.Length);
        lock (s_runs)
            return s_runs.TryGetValue(key, out ReferenceRun? run) ? run : s_runs[key] = new ReferenceRun(model, model.Name, inputs);
    }

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void What_is_not_finite_does_not_reach_rows_that_do_not_see_it(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        CompiledModel model = s_models.Value["One"];
        byte[] checkpoint = model.Checkpoint;
        int header = (int)BitConverter.ToInt64(checkpoint);
        JsonElement table = JsonDocument.Parse(checkpoint.AsMemory(8, header)).RootElement.EnumerateObject().Single(tensor => tensor.Name.Contains("embed", StringComparison.Ordinal)).Value;
        Assert.Equal([11, 20], table.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()));
        MemoryMarshal.Cast<byte, float>(checkpoint.AsSpan(8 + header + table.GetProperty("data_offsets")[0].GetInt32(), 11 * 20 * sizeof(float)))[(10 * 20)..].Fill(3e38f);
        CompiledSession session = model.CreateSession(instructionSet, checkpoint: new MemoryStream(checkpoint));
        var random = new Random(8);
        int[] tokens = [.. Enumerable.Range(0, Length).Select(i => i is 100 or 310 or 655 ? 10 : random.Next(10))];
        float[] rows = session.Forward("One", new StageInput(tokens, [], []));
        IDecoder decoder = session.Decoder("One");
        decoder.Reset();
        for (int i = 0; i < Length; i++)
        {
            float[] row = decoder.Step(tokens.AsSpan(i, 1)).ToArray();
            bool sees = tokens.AsSpan(Math.Max(0, i - 19), Math.Min(i + 1, 20)).Contains(10);
            Assert.Equal(!sees, row.All(float.IsFinite));
            if (!sees)
                Assert.Equal(row, rows.AsSpan(i * decoder.Width, decoder.Width).ToArray());
        }
    }

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Beams_and_sequences_have_the_bits_of_a_forward_pass(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach (CompiledModel model in s_models.Value.Values)
        {
            var random = new Random(6);
            SequenceTests.CheckTogether(model, instructionSet, threads: 2, random, rounds: 100, longest: 400);
            CompiledSession beams = model.CreateSession(instructionSet, new SessionSettings { Beams = 3 }), single = model.CreateSession(instructionSet);
            beams.Poison();
            IBeamDecoder decoder = beams.Decoder(model.Name);
            foreach (int prompt in new[] { 0, 290, 630 })
            {
                List<int[]> histories = [[.. Enumerable.Range(0, prompt).Select(_ => random.Next(11))]];
                decoder.Reset();
                if (prompt > 0)
                    decoder.Step(histories[0]);
                for (int step = 0; step < 370; step++)
                {
                    int[] parents = [.. Enumerable.Range(0, 3).Select(i => random.Next(4) == 0 || i >= histories.Count ? random.Next(histories.Count) : i)];
                    int[] tokens = [.. parents.Select(_ => random.Next(11))];
                    histories = [.. parents.Zip(tokens, (parent, token) => (int[])[.. histories[parent], token])];
                    float[] rows = decoder.StepBeams(parents, tokens).ToArray();
                    if (step % 61 > 0)
                        continue;
                    for (int beam = 0; beam < 3; beam++)
                    {
                        float[] forward = single.Forward(model.Name, new StageInput(histories[beam], [], []));
                        Assert.True(forward.AsSpan()[^decoder.Width..].SequenceEqual(rows.AsSpan(beam * decoder.Width, decoder.Width)), $"{model.Name} on {instructionSet}: beam {beam} differs at {histories[0].Length} tokens behind a prompt of {prompt}");
                    }
                }
            }
        }
    }
}
