using Attention.Dsl;
using Attention.Tests.Models;
using Xunit;

namespace Attention.Tests.Promises;

public class AllocationTests : PromiseTest
{
    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Calls_allocate_nothing(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        using Translator model = Load(instructionSet);
        using Translator.Session session = model.CreateSession();
        int[] tokens = Tokens(37, 41, 1);
        var logits = new float[64 * session.Target.Width];
        var search = new GreedySearch { Begin = 1 };
        Allocations.AssertNone("Source.Forward", () => session.Source.Forward(tokens));
        Allocations.AssertNone("Summary.Forward", () => session.Summary.Forward(tokens));
        Allocations.AssertNone("Target.Forward", () => session.Target.Forward(tokens, logits));
        Allocations.AssertNone("Target.Reset and Step", () =>
        {
            session.Target.Reset();
            session.Target.Step(tokens);
            session.Target.Step(tokens.AsSpan(0, 1));
        });
        int generated = 0;
        Allocations.AssertNone("Target.Generate", () =>
        {
            foreach (int _ in session.Target.Generate(search))
                generated++;
        });
        Assert.Equal(0, generated % 63);
        Assert.True(generated >= 8 * 63);
    }

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Tokens_of_several_kinds_allocate_nothing(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/dalle_shift", instructionSet);
        using DalleShifted model = DalleShifted.Load(golden.Path, instructionSet);
        using DalleShifted.Session session = model.CreateSession(new SessionSettings { Beams = 2 });
        int[] text = [0, .. golden.Ids("golden.input.text")];
        var logits = new float[text.Length * session.Width];
        var search = new GreedySearch { Begin = 0, Prompt = text.AsMemory(1) };
        Allocations.AssertNone("Forward", () => session.Forward(text, logits));
        Allocations.AssertNone("StepBeams", () =>
        {
            session.Reset();
            session.Step(text);
            session.StepBeams([0, 0], [22, 23]);
        });
        Allocations.AssertNone("Generate", () =>
        {
            foreach (int token in session.Generate(search))
                Assert.True(token >= 22);
        });
    }

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Beams_and_kept_attention_weights_allocate_nothing(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        using BartModel model = BartModel.Load(new GoldenFile(Path.Combine("families", "bart")).Path, instructionSet);
        using BartModel.Session session = model.CreateSession(new SessionSettings { Beams = 3, CaptureAttention = true });
        int[] tokens = Tokens(9, 41, 1);
        var logits = new float[tokens.Length * session.Writer.Width];
        session.Reader.Forward(tokens);
        Allocations.AssertNone("Writer.Forward", () =>
        {
            session.Writer.Forward(tokens, logits);
            Assert.True(session.Writer.CrossAttentionWeights[1, 3, 8].Length == 9);
        });
        Allocations.AssertNone("Writer.StepBeams", () =>
        {
            session.Writer.Reset();
            session.Writer.Step(tokens.AsSpan(0, 4));
            session.Writer.StepBeams([0, 0], tokens.AsSpan(0, 2));
            session.Writer.StepBeams([1, 1, 0], tokens.AsSpan(0, 3));
            session.Writer.StepBeams([2, 1, 1], tokens.AsSpan(3, 3));
        });

        using VitModel eyes = VitModel.Load(new GoldenFile(Path.Combine("families", "vit")).Path, instructionSet);
        using VitModel.Session seen = eyes.CreateSession();
        var image = new float[3 * 12 * 12];
        Allocations.AssertNone("Image.Forward, Label.Forward", () =>
        {
            seen.Image.Forward(image);
            seen.Label.Forward();
        });
    }
}
