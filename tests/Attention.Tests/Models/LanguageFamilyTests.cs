using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>Families of language models against float64 references, whole and step by step.</summary>
public sealed class LanguageFamilyTests(ITestOutputHelper output)
{
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Gemma2_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/gemma2", instructionSet);
        using GemmaCapped model = GemmaCapped.Load(golden.Path, instructionSet, threads: 2);
        using GemmaCapped.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        Check(golden, 32, session.Forward, session.Reset, ids => session.Step(ids), "golden.input.tokens", "golden.output.logits", () => golden.AssertRows("golden.attention.layer0", session.SelfAttentionWeights.ToArray()));
        AssertWorst(golden);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Gemma3(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("gemma3", instructionSet);
        using Gemma3Layers model = Gemma3Layers.Load(golden.Path, instructionSet, threads: 2);
        using Gemma3Layers.Session session = model.CreateSession();
        CheckAll(golden, session.Forward, session.Reset, ids => session.Step(ids));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Olmo2(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("olmo2", instructionSet);
        using Olmo2Layers model = Olmo2Layers.Load(golden.Path, instructionSet);
        using Olmo2Layers.Session session = model.CreateSession();
        CheckAll(golden, session.Forward, session.Reset, ids => session.Step(ids));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Qwen2(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("qwen2", instructionSet);
        using Qwen2Layers model = Qwen2Layers.Load(golden.Path, instructionSet);
        using Qwen2Layers.Session session = model.CreateSession();
        CheckAll(golden, session.Forward, session.Reset, ids => session.Step(ids));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Phi(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("phi", instructionSet);
        using PhiLayers model = PhiLayers.Load(golden.Path, instructionSet);
        using PhiLayers.Session session = model.CreateSession();
        CheckAll(golden, session.Forward, session.Reset, ids => session.Step(ids));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Phi3(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("phi3", instructionSet);
        using Phi3Layers model = Phi3Layers.Load(golden.Path, instructionSet);
        using Phi3Layers.Session session = model.CreateSession();
        CheckAll(golden, session.Forward, session.Reset, ids => session.Step(ids));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void T5_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/t5", instructionSet);
        using T5Gated model = T5Gated.Load(golden.Path, instructionSet, threads: 2);
        using T5Gated.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        golden.AssertRows("golden.output.encoder", session.Source.Forward(golden.Ids("golden.input.source")));
        Check(golden, 32, session.Target.Forward, session.Target.Reset, ids => session.Target.Step(ids), "golden.input.target", "golden.output.logits", () => golden.AssertRows("golden.attention.cross", session.Target.CrossAttentionWeights.ToArray()));
        AssertWorst(golden);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void T5_whose_scores_are_tied_and_scaled(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("t5-tied", instructionSet);
        using T5Tied model = T5Tied.Load(golden.Path, instructionSet);
        using T5Tied.Session session = model.CreateSession();
        CheckAll(golden, session.Target.Forward, session.Target.Reset, ids => session.Target.Step(ids), (given, rows) => golden.AssertRows(rows, session.Source.Forward(given)));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void T5_whose_scores_are_scaled_but_not_tied(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("t5-own-scaled", instructionSet);
        using T5OwnScaled model = T5OwnScaled.Load(golden.Path, instructionSet);
        using T5OwnScaled.Session session = model.CreateSession();
        CheckAll(golden, session.Target.Forward, session.Target.Reset, ids => session.Target.Step(ids), (given, rows) => golden.AssertRows(rows, session.Source.Forward(given)));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void M2M(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("m2m", instructionSet);
        using ManyLanguages model = ManyLanguages.Load(golden.Path, instructionSet, threads: 2);
        using ManyLanguages.Session session = model.CreateSession();
        CheckAll(golden, session.Target.Forward, session.Target.Reset, ids => session.Target.Step(ids), (given, rows) => golden.AssertRows(rows, session.Source.Forward(given)));
    }

    private delegate void Forward(ReadOnlySpan<int> tokens, Span<float> logits);

    private delegate void Source(int[] tokens, string rows);

    private void CheckAll(GoldenFile golden, Forward forward, Action reset, Stepping.Step step, Source? source = null)
    {
        for (int call = 0; golden.Has($"input.{call}"); call++)
        {
            source?.Invoke(golden.Ids($"source.{call}"), $"rows.{call}");
            Check(golden, 11, forward, reset, step, $"input.{call}", $"output.{call}");
        }

        AssertWorst(golden);
    }

    private static void Check(GoldenFile golden, int vocabulary, Forward forward, Action reset, Stepping.Step step, string given, string expected, Action? more = null)
    {
        int[] tokens = golden.Ids(given);
        var logits = new float[tokens.Length * vocabulary];
        forward(tokens, logits);
        golden.AssertRows(expected, logits);
        more?.Invoke();
        Stepping.AssertSameBits(tokens, logits, reset, step);
    }

    private void AssertWorst(GoldenFile golden)
    {
        output.WriteLine($"largest error of a row: {golden.Worst:G3} of its norm");
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }
}
