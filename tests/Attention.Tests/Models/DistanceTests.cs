using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>Biases by distance against their float64 references: see Goldens/make_catalogue_goldens.py.</summary>
public sealed class DistanceTests(ITestOutputHelper output)
{
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void RelativeOnBothSides_agrees_with_the_reference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("relative-both", instructionSet);
        using RelativeOnBothSides model = RelativeOnBothSides.Load(golden.Path, instructionSet, threads: 2);
        using RelativeOnBothSides.Session session = model.CreateSession(new SessionSettings { BatchTokens = 200 });
        golden.AssertCalls(rows => session.Forward(rows));
        CheckBatch(golden, rows => session.Forward(rows), (rows, lengths) => session.ForwardBatch(rows, lengths));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void AlibiOnBothSides_agrees_with_the_reference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("alibi-both", instructionSet);
        using AlibiOnBothSides model = AlibiOnBothSides.Load(golden.Path, instructionSet, threads: 2);
        using AlibiOnBothSides.Session session = model.CreateSession(new SessionSettings { BatchTokens = 200 });
        golden.AssertCalls(rows => session.Forward(rows));
        CheckBatch(golden, rows => session.Forward(rows), (rows, lengths) => session.ForwardBatch(rows, lengths));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void RelativeDecoder_agrees_with_the_reference_step_by_step(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("relative-causal", instructionSet);
        using RelativeDecoder model = RelativeDecoder.Load(golden.Path, instructionSet, threads: 2);
        using RelativeDecoder.Session session = model.CreateSession();
        CheckSteps(golden, session, (tokens, rows) => session.Forward(tokens, rows));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void AlibiDecoder_agrees_with_the_reference_step_by_step(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("alibi-causal", instructionSet);
        using AlibiDecoder model = AlibiDecoder.Load(golden.Path, instructionSet, threads: 2);
        using AlibiDecoder.Session session = model.CreateSession();
        CheckSteps(golden, session, (tokens, rows) => session.Forward(tokens, rows));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void MpNet_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/mpnet", instructionSet);
        using MpNet model = MpNet.Load(golden.Path, instructionSet);
        using MpNet.Session session = model.CreateSession();
        golden.AssertRows("golden.output.rows", session.Forward(golden.Ids("golden.input.tokens")));
        AssertWorst(golden);
    }

    private delegate Rows Batch(float[] rows, int[] lengths);

    /// <summary>All calls as one batch have the bits that each has alone.</summary>
    private void CheckBatch(GoldenFile golden, Func<float[], Rows> forward, Batch forwardBatch)
    {
        float[][] inputs = [.. Enumerable.Range(0, 5).Select(call => golden.Floats($"input.{call}"))];
        float[] alone = [.. inputs.SelectMany(input => forward(input).ToArray())];
        Assert.Equal(alone, forwardBatch([.. inputs.SelectMany(input => input)], [.. inputs.Select(input => input.Length / 24)]).ToArray());
        AssertWorst(golden);
    }

    private void CheckSteps(GoldenFile golden, IDecoder decoder, Action<int[], float[]> forward)
    {
        for (int call = 0; golden.Has($"input.{call}"); call++)
        {
            int[] tokens = golden.Ids($"input.{call}");
            var rows = new float[tokens.Length * 24];
            forward(tokens, rows);
            golden.AssertRows($"output.{call}", rows);
            Stepping.AssertSameBits(tokens, rows, decoder.Reset, ids => decoder.Step(ids));
        }

        AssertWorst(golden);
    }

    private void AssertWorst(GoldenFile golden)
    {
        output.WriteLine($"largest error of a row: {golden.Worst:G3} of its norm");
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }
}
