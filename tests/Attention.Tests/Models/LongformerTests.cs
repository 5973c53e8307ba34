using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>Windows and the rows that see all and that all see, against what the catalogue's reference makes of them in float64.</summary>
public sealed class LongformerTests
{
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Longformer_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/longformer", instructionSet);
        int[] tokens = golden.Ids("golden.input.tokens");
        using LongformerModel model = LongformerModel.Load(golden.Path, instructionSet);
        using (LongformerModel.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true }))
        {
            golden.AssertRows("golden.output.rows", session.Forward(tokens));
            golden.AssertRows("golden.attention.self", session.SelfAttentionWeights.ToArray());
        }

        using LongformerModel.Session alone = model.CreateSession(), many = model.CreateSession(new SessionSettings { BatchTokens = 40 });
        int[][] texts = [tokens[..3], tokens, tokens[4..5], tokens[..12]];
        float[] expected = [.. texts.SelectMany(text => alone.Forward(text).ToArray())];
        Assert.Equal(expected, many.ForwardBatch([.. texts.SelectMany(text => text)], [.. texts.Select(text => text.Length)]).ToArray());
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void GlobalRows_AgreeWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("global-rows", instructionSet);
        using GlobalRowsOnBothSides model = GlobalRowsOnBothSides.Load(golden.Path, instructionSet);
        using GlobalRowsOnBothSides.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void GlobalProjections_AgreeWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("global-projections", instructionSet);
        using GlobalRowsOfTheirOwn model = GlobalRowsOfTheirOwn.Load(golden.Path, instructionSet);
        using GlobalRowsOfTheirOwn.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Sinks_AgreeWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("sinks", instructionSet);
        using AttentionSinks model = AttentionSinks.Load(golden.Path, instructionSet);
        using AttentionSinks.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void PrefixAndWindow_AgreeWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("prefix-window", instructionSet);
        using PrefixAndWindow model = PrefixAndWindow.Load(golden.Path, instructionSet);
        using PrefixAndWindow.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }
}
