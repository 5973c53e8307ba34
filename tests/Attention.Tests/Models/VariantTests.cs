using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>Small models, each option of the DSL in one of them, against PyTorch in float64: see Goldens/make_goldens.py.</summary>
public sealed class VariantTests
{
    /// <summary>Calls in each file: the longest first, then the shortest, so that a call would show what the one before left behind.</summary>
    private const int Calls = 6;

    private delegate Rows ForwardRows(int[] ids);

    private delegate ReadOnlySpan<float> ForwardVector(int[] ids);

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void PreNormEncoder_AgreesWithPyTorch(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("pre-norm-encoder", instructionSet);
        using PreNormEncoder model = PreNormEncoder.Load(golden.Path, instructionSet);
        using PreNormEncoder.Session session = model.CreateSession();
        AssertRows(golden, ids => session.Text.Forward(ids));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void SentenceEncoder_AgreesWithPyTorch(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("sentence-encoder", instructionSet);
        using SentenceEncoder model = SentenceEncoder.Load(golden.Path, instructionSet);
        using SentenceEncoder.Session session = model.CreateSession();
        AssertVectors(golden, ids => session.Text.Forward(ids));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Classifier_AgreesWithPyTorch(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("classifier", instructionSet);
        using Classifier model = Classifier.Load(golden.Path, instructionSet);
        using Classifier.Session session = model.CreateSession();
        AssertVectors(golden, ids => session.Text.Forward(ids));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void BiaslessEncoder_AgreesWithPyTorch(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("biasless-encoder", instructionSet);
        using BiaslessEncoder model = BiaslessEncoder.Load(golden.Path, instructionSet);
        using BiaslessEncoder.Session session = model.CreateSession();
        AssertVectors(golden, ids => session.Text.Forward(ids));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void CausalEncoder_AgreesWithPyTorch(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("causal-encoder", instructionSet);
        using CausalEncoder model = CausalEncoder.Load(golden.Path, instructionSet);
        using CausalEncoder.Session session = model.CreateSession();
        AssertRows(golden, ids => session.Text.Forward(ids));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Tagger_AgreesWithPyTorch(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("tagger", instructionSet);
        using Tagger model = Tagger.Load(golden.Path, instructionSet);
        using Tagger.Session session = model.CreateSession();
        AssertRows(golden, ids => session.Text.Forward(ids));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Translator_AgreesWithPyTorchAndStepsToTheSameBits(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("translator", instructionSet);
        using Translator model = Translator.Load(golden.Path, instructionSet);
        using Translator.Session session = model.CreateSession();
        for (int call = 0; call < Calls; call++)
        {
            int[] ids = golden.Ids($"input.{call}.target");
            float[] logits = Poisoned(ids.Length * 27);
            golden.AssertRows($"output.{call}.source", session.Source.Forward(golden.Ids($"input.{call}.source")));
            session.Target.Forward(ids, logits);
            golden.AssertRows($"output.{call}.target", logits);
            Stepping.AssertSameBits(ids, logits, () => session.Target.Reset(), tokens => session.Target.Step(tokens));
        }
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Summarizer_AgreesWithPyTorchAndStepsToTheSameBits(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("summarizer", instructionSet);
        using Summarizer model = Summarizer.Load(golden.Path, instructionSet);
        using Summarizer.Session session = model.CreateSession();
        for (int call = 0; call < Calls; call++)
        {
            int[] ids = golden.Ids($"input.{call}.writer");
            float[] logits = Poisoned(ids.Length * 23);
            golden.AssertRows($"output.{call}.reader", session.Reader.Forward(golden.Ids($"input.{call}.reader")));
            session.Writer.Forward(ids, logits);
            golden.AssertRows($"output.{call}.writer", logits);
            Stepping.AssertSameBits(ids, logits, () => session.Writer.Reset(), tokens => session.Writer.Step(tokens));
        }
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LanguageModel_AgreesWithPyTorchAndStepsToTheSameBits(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("language-model", instructionSet);
        using LanguageModel model = LanguageModel.Load(golden.Path, instructionSet);
        using LanguageModel.Session session = model.CreateSession();
        for (int call = 0; call < Calls; call++)
        {
            int[] ids = golden.Ids($"input.{call}.text");
            float[] logits = Poisoned(ids.Length * 26);
            session.Text.Forward(ids, logits);
            golden.AssertRows($"output.{call}.text", logits);
            Stepping.AssertSameBits(ids, logits, () => session.Text.Reset(), tokens => session.Text.Step(tokens));
        }
    }

    private static void AssertRows(GoldenFile golden, ForwardRows forward)
    {
        for (int call = 0; call < Calls; call++)
            golden.AssertRows($"output.{call}.text", forward(golden.Ids($"input.{call}.text")));
    }

    private static void AssertVectors(GoldenFile golden, ForwardVector forward)
    {
        for (int call = 0; call < Calls; call++)
            golden.AssertRows($"output.{call}.text", forward(golden.Ids($"input.{call}.text")));
    }

    /// <summary>Memory in which a value that is never written shows.</summary>
    private static float[] Poisoned(int count)
    {
        var values = new float[count];
        Array.Fill(values, float.NaN);
        return values;
    }
}
