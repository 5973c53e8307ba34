using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>Recurrent layers, and decoders that attend with their states, against the float64 references of the catalogue.</summary>
public sealed class RecurrentTests
{
    private static readonly SessionOptions s_captures = new() { CaptureAttention = true };

    private static GoldenFile Open(string name, InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        return new GoldenFile("catalogue/" + name);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Gru_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("gru", instructionSet);
        using GruAlone model = GruAlone.Load(golden.Path, instructionSet);
        using GruAlone.Session session = model.CreateSession();
        golden.AssertRows("golden.output.rows", session.Forward(golden.Floats("golden.input.rows")));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Lstm_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("lstm", instructionSet);
        using LstmAlone model = LstmAlone.Load(golden.Path, instructionSet);
        using LstmAlone.Session session = model.CreateSession();
        golden.AssertRows("golden.output.rows", session.Forward(golden.Floats("golden.input.rows")));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void BahdanauTutorial_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("bahdanau_tutorial", instructionSet);
        using BahdanauTutorial model = BahdanauTutorial.Load(golden.Path, instructionSet);
        using BahdanauTutorial.Session session = model.CreateSession(s_captures);
        session.Source.Forward(golden.Ids("golden.input.source"));
        Check(golden, session.Target, (tokens, logits) => session.Target.Forward(tokens, logits), () => session.Target.CrossAttentionWeights.ToArray());
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void BahdanauD2L_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("bahdanau_d2l", instructionSet);
        using BahdanauD2L model = BahdanauD2L.Load(golden.Path, instructionSet);
        using BahdanauD2L.Session session = model.CreateSession(s_captures);
        session.Source.Forward(golden.Ids("golden.input.source"));
        Check(golden, session.Target, (tokens, logits) => session.Target.Forward(tokens, logits), () => session.Target.CrossAttentionWeights.ToArray());
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void BahdanauPaper_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("bahdanau_paper", instructionSet);
        using BahdanauPaper model = BahdanauPaper.Load(golden.Path, instructionSet);
        using BahdanauPaper.Session session = model.CreateSession(s_captures);
        session.Source.Forward(golden.Ids("golden.input.source"));
        Check(golden, session.Target, (tokens, logits) => session.Target.Forward(tokens, logits), () => session.Target.CrossAttentionWeights.ToArray());
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LuongDot_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("luong_dot", instructionSet);
        using LuongDot model = LuongDot.Load(golden.Path, instructionSet);
        using LuongDot.Session session = model.CreateSession(s_captures);
        session.Source.Forward(golden.Ids("golden.input.source"));
        Check(golden, session.Target, (tokens, logits) => session.Target.Forward(tokens, logits), () => session.Target.CrossAttentionWeights.ToArray());
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LuongGeneral_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("luong_general", instructionSet);
        using LuongGeneral model = LuongGeneral.Load(golden.Path, instructionSet);
        using LuongGeneral.Session session = model.CreateSession(s_captures);
        session.Source.Forward(golden.Ids("golden.input.source"));
        Check(golden, session.Target, (tokens, logits) => session.Target.Forward(tokens, logits), () => session.Target.CrossAttentionWeights.ToArray());
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LuongConcat_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("luong_concat", instructionSet);
        using LuongConcat model = LuongConcat.Load(golden.Path, instructionSet);
        using LuongConcat.Session session = model.CreateSession(s_captures);
        session.Source.Forward(golden.Ids("golden.input.source"));
        Check(golden, session.Target, (tokens, logits) => session.Target.Forward(tokens, logits), () => session.Target.CrossAttentionWeights.ToArray());
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LuongMlp_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("luong_mlp", instructionSet);
        using LuongMlp model = LuongMlp.Load(golden.Path, instructionSet);
        using LuongMlp.Session session = model.CreateSession(s_captures);
        session.Source.Forward(golden.Ids("golden.input.source"));
        Check(golden, session.Target, (tokens, logits) => session.Target.Forward(tokens, logits), () => session.Target.CrossAttentionWeights.ToArray());
    }

    /// <summary>Logits, what they attended to, and the same bits step by step.</summary>
    private static void Check(GoldenFile golden, IDecoder decoder, Action<int[], float[]> forward, Func<float[]> weights)
    {
        int[] tokens = golden.Ids("golden.input.target");
        var logits = new float[tokens.Length * decoder.Width];
        forward(tokens, logits);
        golden.AssertRows("golden.output.logits", logits);
        golden.AssertRows("golden.attention.cross", weights());
        Stepping.AssertSameBits(tokens, logits, decoder.Reset, step => decoder.Step(step));
        golden.AssertRows("golden.attention.cross", weights());
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }
}
