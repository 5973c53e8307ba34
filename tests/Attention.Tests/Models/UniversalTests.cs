using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>Universal Transformers against their float64 references.</summary>
public sealed class UniversalTests(ITestOutputHelper output)
{
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void UniversalTransformer_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        var golden = new GoldenFile("catalogue/universal_transformer");
        using UniversalTransformer model = UniversalTransformer.Load(golden.Path, instructionSet);
        using UniversalTransformer.Session session = model.CreateSession();
        golden.AssertRows("golden.output.plain", session.Forward(golden.Floats("golden.input.rows")));
        output.WriteLine($"largest error of a row: {golden.Worst:G3} of its norm");
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void UniversalDecoder_agrees_with_the_reference_and_steps(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        var golden = new GoldenFile("universal-decoder");
        using UniversalDecoder model = UniversalDecoder.Load(golden.Path, instructionSet);
        using UniversalDecoder.Session session = model.CreateSession();
        for (int call = 0; golden.Has($"input.{call}"); call++)
        {
            int[] tokens = golden.Ids($"input.{call}");
            var rows = new float[tokens.Length * 24];
            session.Forward(tokens, rows);
            golden.AssertRows($"output.{call}", rows);
            Stepping.AssertSameBits(tokens, rows, session.Reset, ids => session.Step(ids));
        }

        output.WriteLine($"largest error of a row: {golden.Worst:G3} of its norm");
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Halting_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        var golden = new GoldenFile("catalogue/universal_transformer");
        using UniversalHaltingPaper paper = UniversalHaltingPaper.Load(golden.Path, instructionSet);
        using (UniversalHaltingPaper.Session session = paper.CreateSession())
            golden.AssertRows("golden.output.paper", session.Forward(golden.Floats("golden.input.rows")));

        using UniversalHaltingAccumulated accumulated = UniversalHaltingAccumulated.Load(golden.Path, instructionSet);
        using (UniversalHaltingAccumulated.Session session = accumulated.CreateSession())
            golden.AssertRows("golden.output.accumulated", session.Forward(golden.Floats("golden.input.rows")));

        using UniversalHaltingTensor2Tensor tensor2tensor = UniversalHaltingTensor2Tensor.Load(golden.Path, instructionSet);
        using (UniversalHaltingTensor2Tensor.Session session = tensor2tensor.CreateSession())
            golden.AssertRows("golden.output.t2t", session.Forward(golden.Floats("golden.input.rows")));

        using UniversalHaltingCopied copied = UniversalHaltingCopied.Load(golden.Path, instructionSet);
        using (UniversalHaltingCopied.Session session = copied.CreateSession())
            golden.AssertRows("golden.output.paper.copy_halted", session.Forward(golden.Floats("golden.input.rows")));

        output.WriteLine($"largest error of a row: {golden.Worst:G3} of its norm");
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void A_batch_has_the_bits_of_its_sequences(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        var golden = new GoldenFile("catalogue/universal_transformer");
        float[] rows = golden.Floats("golden.input.rows");
        using UniversalHaltingCopied model = UniversalHaltingCopied.Load(golden.Path, instructionSet, threads: 2);
        using UniversalHaltingCopied.Session session = model.CreateSession(new SessionSettings { BatchTokens = 30 });
        float[] alone = [.. session.Forward(rows).ToArray(), .. session.Forward(rows.AsSpan(0, 5 * 32)).ToArray(), .. session.Forward(rows).ToArray()];
        Assert.True(alone.AsSpan().SequenceEqual(session.ForwardBatch([.. rows, .. rows[..(5 * 32)], .. rows], [12, 5, 12]).ToArray()));
    }
}
