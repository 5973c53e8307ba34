using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>Recurrent layers, and decoders that attend with their states, against the float64 references of the catalogue.</summary>
public sealed class RecurrentTests
{
    private static readonly SessionSettings s_captures = new() { CaptureAttention = true };

    private static GoldenFile Open(string name, InstructionSet instructionSet, string folder = "catalogue/") =>
        GoldenFile.Open(folder + name, instructionSet);

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Gru_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("gru", instructionSet);
        using GruAlone model = GruAlone.Load(golden.Path, instructionSet);
        using GruAlone.Session session = model.CreateSession();
        float[] rows = session.Forward(golden.Floats("golden.input.rows")).ToArray();
        golden.AssertRows("golden.output.rows", rows);
        golden.AssertRows("golden.output.h", rows.AsSpan(^32..));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Lstm_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("lstm", instructionSet);
        using LstmAlone model = LstmAlone.Load(golden.Path, instructionSet);
        using LstmAlone.Session session = model.CreateSession();
        float[] rows = session.Forward(golden.Floats("golden.input.rows")).ToArray();
        golden.AssertRows("golden.output.rows", rows);
        golden.AssertRows("golden.output.h", rows.AsSpan(^32..));
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

        // The logarithms of the softmax, which are what is left of logits once the logarithm of the sum of their exponentials is taken away.
        int[] tokens = golden.Ids("golden.input.target");
        var logits = new float[tokens.Length * session.Target.Width];
        session.Target.Forward(tokens, logits);
        golden.AssertRows("golden.output.log_probabilities", [.. logits.Chunk(session.Target.Width).SelectMany(row => row.Select(logit => (float)(logit - Math.Log(row.Sum(other => Math.Exp(other))))))]);
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

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LuongLocalM_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("luong_local_m", instructionSet);
        using LuongLocalM model = LuongLocalM.Load(golden.Path, instructionSet);
        using LuongLocalM.Session session = model.CreateSession(s_captures);
        session.Source.Forward(golden.Ids("golden.input.source"));
        Check(golden, session.Target, (tokens, logits) => session.Target.Forward(tokens, logits), () => session.Target.CrossAttentionWeights.ToArray());
        CheckCentres(golden, session.Target.CrossAttentionWeights.ToArray(), window: 2);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LuongLocalP_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("luong_local_p", instructionSet);
        using LuongLocalP model = LuongLocalP.Load(golden.Path, instructionSet);
        using LuongLocalP.Session session = model.CreateSession(s_captures);
        session.Source.Forward(golden.Ids("golden.input.source"));
        Check(golden, session.Target, (tokens, logits) => session.Target.Forward(tokens, logits), () => session.Target.CrossAttentionWeights.ToArray());
        CheckCentres(golden, session.Target.CrossAttentionWeights.ToArray(), window: 2);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void SoftCaption_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("caption", instructionSet);
        using CaptionSoft model = CaptionSoft.Load(golden.Path, instructionSet);
        using CaptionSoft.Session session = model.CreateSession(s_captures);
        session.Regions.Forward(golden.Floats("golden.input.features"));
        Check(golden, session.Words, (tokens, logits) => session.Words.Forward(tokens, logits), () => session.Words.CrossAttentionWeights.ToArray(), "tokens", ".soft");
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void ChosenCaption_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("caption", instructionSet);
        using CaptionArgmax model = CaptionArgmax.Load(golden.Path, instructionSet);
        using CaptionArgmax.Session session = model.CreateSession(s_captures);
        session.Regions.Forward(golden.Floats("golden.input.features"));
        CheckChosen(golden, session.Words, (tokens, logits) => session.Words.Forward(tokens, logits), () => session.Words.CrossAttentionWeights.ToArray(), "argmax");
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void DrawnCaption_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("caption", instructionSet);
        using CaptionSampled model = CaptionSampled.Load(golden.Path, instructionSet);
        using CaptionSampled.Session session = model.CreateSession(s_captures);
        session.Regions.Forward(golden.Floats("golden.input.features"));
        CheckChosen(golden, session.Words, (tokens, logits) => session.Words.Forward(tokens, logits), () => session.Words.CrossAttentionWeights.ToArray(), "sample");
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void DeepLstm_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("recurrent-lstm", instructionSet, "");
        using DeepLstm model = DeepLstm.Load(golden.Path, instructionSet);
        using DeepLstm.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void DeepGru_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("recurrent-gru", instructionSet, "");
        using DeepGru model = DeepGru.Load(golden.Path, instructionSet);
        using DeepGru.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void GruOfThePapers_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("recurrent-gru-reset-before", instructionSet, "");
        using GruOfThePapers model = GruOfThePapers.Load(golden.Path, instructionSet);
        using GruOfThePapers.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LuongUnfedGeneral_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("luong-unfed-general", instructionSet, "");
        using LuongUnfedGeneral model = LuongUnfedGeneral.Load(golden.Path, instructionSet);
        using LuongUnfedGeneral.Session session = model.CreateSession(s_captures);
        session.Source.Forward(golden.Ids("golden.input.source"));
        Check(golden, session.Target, (tokens, logits) => session.Target.Forward(tokens, logits), () => session.Target.CrossAttentionWeights.ToArray());
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LuongUnfedDot_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("luong-unfed-dot", instructionSet, "");
        using LuongUnfedDot model = LuongUnfedDot.Load(golden.Path, instructionSet);
        using LuongUnfedDot.Session session = model.CreateSession(s_captures);
        session.Source.Forward(golden.Ids("golden.input.source"));
        Check(golden, session.Target, (tokens, logits) => session.Target.Forward(tokens, logits), () => session.Target.CrossAttentionWeights.ToArray());
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void BahdanauCurrent_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("bahdanau-current", instructionSet, "");
        using BahdanauCurrent model = BahdanauCurrent.Load(golden.Path, instructionSet);
        using BahdanauCurrent.Session session = model.CreateSession(s_captures);
        session.Source.Forward(golden.Ids("golden.input.source"));
        Check(golden, session.Target, (tokens, logits) => session.Target.Forward(tokens, logits), () => session.Target.CrossAttentionWeights.ToArray());
    }

    /// <summary>Which region is chosen and drawn changes from word to word here.</summary>
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Regions_AreWeighedChosenAndDrawnAsByTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("caption-chosen", instructionSet, "");
        Assert.All(new[] { "argmax", "sample" }, how => Assert.True(golden.Ids("golden.output.chosen." + how).Distinct().Count() > 4));
        using RegionsWeighed soft = RegionsWeighed.Load(golden.Path, instructionSet);
        using RegionsChosen argmax = RegionsChosen.Load(golden.Path, instructionSet);
        using RegionsDrawn sampled = RegionsDrawn.Load(golden.Path, instructionSet);
        using RegionsWeighed.Session weighs = soft.CreateSession(s_captures);
        using RegionsChosen.Session chooses = argmax.CreateSession(s_captures);
        using RegionsDrawn.Session draws = sampled.CreateSession(s_captures);
        weighs.Regions.Forward(golden.Floats("golden.input.features"));
        chooses.Regions.Forward(golden.Floats("golden.input.features"));
        draws.Regions.Forward(golden.Floats("golden.input.features"));
        Check(golden, weighs.Words, (tokens, logits) => weighs.Words.Forward(tokens, logits), () => weighs.Words.CrossAttentionWeights.ToArray(), "tokens", ".soft");
        CheckChosen(golden, chooses.Words, (tokens, logits) => chooses.Words.Forward(tokens, logits), () => chooses.Words.CrossAttentionWeights.ToArray(), "argmax");
        CheckChosen(golden, draws.Words, (tokens, logits) => draws.Words.Forward(tokens, logits), () => draws.Words.CrossAttentionWeights.ToArray(), "sample");
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Lstmn_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = Open("lstmn", instructionSet);
        using Lstmn model = Lstmn.Load(golden.Path, instructionSet);
        using Lstmn.Session session = model.CreateSession(s_captures);
        int[] tokens = [.. Enumerable.Range(0, 12)];
        var rows = new float[tokens.Length * session.Width];
        session.Forward(tokens, rows);
        golden.AssertRows("golden.output.rows", rows);
        CheckWeights(session.SelfAttentionWeights.ToArray());
        Stepping.AssertSameBits(tokens, rows, session.Reset, step => session.Step(step));
        CheckWeights(session.SelfAttentionWeights.ToArray());
        Assert.InRange(golden.Worst, 1e-9, 1e-5);

        // The first row attends to nothing.
        void CheckWeights(float[] weights)
        {
            float[] expected = golden.Floats("golden.attention.rows");
            Assert.Equal(expected.Length, weights.Length);
            Assert.All(weights.Take(12), weight => Assert.Equal(0f, weight));
            for (int i = 0; i < weights.Length; i++)
                Assert.True(i % 12 >= i / 12 ? weights[i] == 0 : Math.Abs(weights[i] - expected[i]) <= 1e-6, $"{i / 12}, {i % 12}: {weights[i]}, expected {expected[i]}");
        }
    }

    /// <summary>Those rows have weights, and no others, that are not further than a window from the place that the reference has.</summary>
    private static void CheckCentres(GoldenFile golden, float[] weights, int window)
    {
        float[] centres = golden.Floats("golden.output.centres");
        int keys = weights.Length / centres.Length;
        Assert.Equal(Enumerable.Range(0, weights.Length).Select(i => Math.Abs((i % keys) - centres[i / keys]) <= window), weights.Select(weight => weight > 0));
    }

    /// <summary>Logits, the same bits step by step, and the one region that has all the weight.</summary>
    private static void CheckChosen(GoldenFile golden, IDecoder decoder, Action<int[], float[]> forward, Func<float[]> weights, string how)
    {
        int[] tokens = golden.Ids("golden.input.tokens"), chosen = golden.Ids("golden.output.chosen." + how);
        var logits = new float[tokens.Length * decoder.Width];
        forward(tokens, logits);
        golden.AssertRows("golden.output.logits." + how, logits);
        Stepping.AssertSameBits(tokens, logits, decoder.Reset, step => decoder.Step(step));
        float[] all = weights();
        int regions = all.Length / tokens.Length;
        Assert.Equal(Enumerable.Range(0, all.Length).Select(i => i % regions == chosen[i / regions] ? 1f : 0f), all);
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    /// <summary>Logits, what they attended to, and the same bits step by step.</summary>
    private static void Check(GoldenFile golden, IDecoder decoder, Action<int[], float[]> forward, Func<float[]> weights, string input = "target", string kind = "")
    {
        int[] tokens = golden.Ids("golden.input." + input);
        var logits = new float[tokens.Length * decoder.Width];
        forward(tokens, logits);
        golden.AssertRows("golden.output.logits" + kind, logits);
        golden.AssertRows("golden.attention.cross" + kind, weights());
        Stepping.AssertSameBits(tokens, logits, decoder.Reset, step => decoder.Step(step));
        golden.AssertRows("golden.attention.cross" + kind, weights());
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }
}
