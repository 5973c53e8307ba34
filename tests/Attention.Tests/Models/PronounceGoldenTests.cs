using Attention.Dsl;
using Pronounce;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>The sample's trained models on eight words against PyTorch in float64.</summary>
public sealed class PronounceGoldenTests
{
    private const int Words = 8;
    private const int Vocabulary = 87;

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void EncoderOutputAndLogits_AgreeWithPyTorch(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        var golden = new GoldenFile("pronounce-golden");
        Assert.Equal(Words, golden.CountNames(".logits"));
        using Pronouncer model = Load(instructionSet);
        using Pronouncer.Session session = model.CreateSession();
        for (int word = 0; word < Words; word++)
        {
            int[] phonemes = golden.Ids($"{word}.target_ids");
            var logits = new float[phonemes.Length * Vocabulary];
            golden.AssertRows($"{word}.encoder_output", session.Spelling.Forward(golden.Ids($"{word}.source_ids")));
            session.Phonemes.Forward(phonemes, logits);
            golden.AssertRows($"{word}.logits", logits);
        }
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Step_GivesTheBitsOfForward(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        var golden = new GoldenFile("pronounce-golden");
        using Pronouncer model = Load(instructionSet);
        using Pronouncer.Session session = model.CreateSession();
        for (int word = 0; word < Words; word++)
        {
            int[] phonemes = golden.Ids($"{word}.target_ids");
            var logits = new float[phonemes.Length * Vocabulary];
            session.Spelling.Forward(golden.Ids($"{word}.source_ids"));
            session.Phonemes.Forward(phonemes, logits);
            Stepping.AssertSameBits(phonemes, logits, () => session.Phonemes.Reset(), tokens => session.Phonemes.Step(tokens));
        }
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Bahdanau_AgreesWithPyTorch(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        var golden = new GoldenFile("pronounce-bahdanau-golden");
        using BahdanauPronouncer model = BahdanauPronouncer.Load(Path.Combine(AppContext.BaseDirectory, "pronounce-bahdanau.safetensors"), instructionSet);
        using BahdanauPronouncer.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        for (int word = 0; word < Words; word++)
        {
            golden.AssertRows($"{word}.encoder_output", session.Spelling.Forward(golden.Ids($"{word}.source_ids")));
            Check(golden, word, session.Phonemes, (phonemes, logits) => session.Phonemes.Forward(phonemes, logits), () => session.Phonemes.CrossAttentionWeights.ToArray());
        }
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Luong_AgreesWithPyTorch(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        var golden = new GoldenFile("pronounce-luong-golden");
        using LuongPronouncer model = LuongPronouncer.Load(Path.Combine(AppContext.BaseDirectory, "pronounce-luong.safetensors"), instructionSet);
        using LuongPronouncer.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        for (int word = 0; word < Words; word++)
        {
            golden.AssertRows($"{word}.encoder_output", session.Spelling.Forward(golden.Ids($"{word}.source_ids")));
            Check(golden, word, session.Phonemes, (phonemes, logits) => session.Phonemes.Forward(phonemes, logits), () => session.Phonemes.CrossAttentionWeights.ToArray());
        }
    }

    private static void Check(GoldenFile golden, int word, IDecoder decoder, Action<int[], float[]> forward, Func<float[]> weights)
    {
        int[] phonemes = golden.Ids($"{word}.target_ids");
        var logits = new float[phonemes.Length * Vocabulary];
        forward(phonemes, logits);
        golden.AssertRows($"{word}.logits", logits);
        golden.AssertRows($"{word}.attention", weights());
        Stepping.AssertSameBits(phonemes, logits, decoder.Reset, step => decoder.Step(step));
    }

    private static Pronouncer Load(InstructionSet instructionSet) =>
        Pronouncer.Load(Path.Combine(AppContext.BaseDirectory, "pronounce.safetensors"), instructionSet);
}
