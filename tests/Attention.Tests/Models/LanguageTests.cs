using Attention.Dsl;
using Attention.Generator.Planning;
using Attention.Tests.Generator;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>Parts of modern language models against their float64 references.</summary>
public sealed class LanguageTests(ITestOutputHelper output)
{
    private void AssertWorst(GoldenFile golden)
    {
        output.WriteLine($"largest error of a row: {golden.Worst:G3} of its norm");
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Gated_feed_forwards_agree_with_the_reference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("gated-feed-forward", instructionSet);
        using GatedFeedForwards model = GatedFeedForwards.Load(golden.Path, instructionSet);
        using GatedFeedForwards.Session session = model.CreateSession();
        golden.AssertCalls(rows =>
        {
            session.Llama.Forward(rows);
            session.ModernBert.Forward();
            return session.Moonshine.Forward();
        });
        AssertWorst(golden);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Llama_agrees_with_the_reference_and_steps(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("llama-heads", instructionSet);
        using LlamaHeads model = LlamaHeads.Load(golden.Path, instructionSet);
        using LlamaHeads.Session session = model.CreateSession();
        for (int call = 0; golden.Has($"input.{call}"); call++)
        {
            int[] tokens = golden.Ids($"input.{call}");
            var logits = new float[tokens.Length * 9];
            session.Forward(tokens, logits);
            golden.AssertRows($"output.{call}", logits);
            Stepping.AssertSameBits(tokens, logits, () => session.Reset(), ids => session.Step(ids));
        }

        AssertWorst(golden);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Rotary_positions_agree_with_the_reference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("rotary", instructionSet);
        using RotaryOfTwoKinds model = RotaryOfTwoKinds.Load(golden.Path, instructionSet);
        using RotaryOfTwoKinds.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        AssertWorst(golden);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Scaled_rotary_positions_agree_with_the_reference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("rotary-scaled", instructionSet);
        using RotaryScaled model = RotaryScaled.Load(golden.Path, instructionSet);
        using RotaryScaled.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        AssertWorst(golden);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void NomicBert_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/nomic_bert", instructionSet);
        using NomicBert model = NomicBert.Load(golden.Path, instructionSet);
        using NomicBert.Session session = model.CreateSession();
        golden.AssertRows("golden.output.rows", session.Text.Forward(golden.Ids("golden.input.tokens")));
        golden.AssertRows("golden.output.embedding", session.Pooled.Forward());
        AssertWorst(golden);
    }

    [Fact]
    public void Layers_that_turn_by_one_table_are_one_run()
    {
        ModelPlan plan = GeneratorRun.PlanOf("[AttentionModel, Decoder(3, 24), Embedding(9, 40), Rotary, SelfAttention(3), Logits] public sealed partial class S;", "S");
        Assert.Equal(3, Assert.Single(plan.Stages[0].Layers).Count);
    }
}
