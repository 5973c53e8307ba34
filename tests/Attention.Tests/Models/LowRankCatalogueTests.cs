using Attention.Bench;
using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>Attentions to a memory, to mixtures and to blocks against their float64 references, as <see cref="CatalogueTests"/> has others.</summary>
public sealed class LowRankCatalogueTests
{
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void ExternalHeads_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("external-heads", instructionSet);
        using ExternalHeads model = ExternalHeads.Load(golden.Path, instructionSet);
        using ExternalHeads.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void ExternalHeadsOfThePaper_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("external-heads-paper", instructionSet);
        using ExternalHeadsOfThePaper model = ExternalHeadsOfThePaper.Load(golden.Path, instructionSet);
        using ExternalHeadsOfThePaper.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void ExternalBlocks_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("external-block", instructionSet);
        using ExternalBlocks model = ExternalBlocks.Load(golden.Path, instructionSet);
        using ExternalBlocks.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void ExternalAttentionOfHeads_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/external_attention_multihead", instructionSet);
        using ExternalAttentionOfHeads model = ExternalAttentionOfHeads.Load(golden.Path, instructionSet);
        using ExternalAttentionOfHeads.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        golden.AssertRows("golden.output.rows", session.Forward(golden.Floats("golden.input.rows")));
        golden.AssertRows("golden.attention.tokens_memory", session.ExternalAttentionWeights.ToArray());
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void ExternalAttentionBlock_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        const int channels = 32, pixels = 16;
        GoldenFile golden = GoldenFile.Open("catalogue/external_attention_block", instructionSet);
        float[] Rows(string name) => [.. Enumerable.Range(0, pixels * channels).Select(i => golden.Floats(name)[(i % channels * pixels) + (i / channels)])];
        using ExternalAttentionBlock model = ExternalAttentionBlock.Load(golden.Path, instructionSet);
        using ExternalAttentionBlock.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        golden.AssertRows("golden.output.map", Rows("golden.output.map"), channels, session.Forward(Rows("golden.input.map")).ToArray());
        golden.AssertRows("golden.attention.tokens_memory", session.ExternalAttentionWeights.ToArray());
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LowRankHeadwise_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("low-rank-headwise", instructionSet);
        using LowRankHeadwise model = LowRankHeadwise.Load(golden.Path, instructionSet);
        using LowRankHeadwise.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LowRankOfHeads_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("low-rank-heads", instructionSet);
        using LowRankOfHeads model = LowRankOfHeads.Load(golden.Path, instructionSet);
        using LowRankOfHeads.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LowRankLayerwiseFirst_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("low-rank-layerwise-first", instructionSet);
        using LowRankLayerwiseFirst model = LowRankLayerwiseFirst.Load(golden.Path, instructionSet);
        using LowRankLayerwiseFirst.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LowRankValuesAreKeys_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("low-rank-values-are-keys", instructionSet);
        using LowRankValuesAreKeys model = LowRankValuesAreKeys.Load(golden.Path, instructionSet);
        using LowRankValuesAreKeys.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LowRankOneKeyHead_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("low-rank-one-key-head", instructionSet);
        using LowRankOneKeyHead model = LowRankOneKeyHead.Load(golden.Path, instructionSet);
        using LowRankOneKeyHead.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Linformer_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/linformer", instructionSet);
        int[] tokens = golden.Ids("golden.input.tokens");
        using LinformerModel model = LinformerModel.Load(golden.Path, instructionSet);
        using (LinformerModel.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true }))
        {
            golden.AssertRows("golden.output.logits", session.Forward(tokens));
            golden.AssertRows("golden.attention.layer0", session.SelfAttentionWeights.ToArray());
        }

        using LinformerRows rows = LinformerRows.Load(golden.Path, instructionSet);
        using (LinformerRows.Session session = rows.CreateSession())
            golden.AssertRows("golden.output.rows", session.Forward(tokens));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void LinformerOfThePaper_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/linformer_paper", instructionSet);
        float[] rows = golden.Floats("golden.input.rows");
        using LinformerOfHeads heads = LinformerOfHeads.Load(golden.Path, instructionSet);
        using (LinformerOfHeads.Session session = heads.CreateSession(new SessionSettings { CaptureAttention = true }))
        {
            golden.AssertRows("golden.output.none", session.Forward(rows));
            golden.AssertRows("golden.attention.none", session.SelfAttentionWeights.ToArray());
        }

        // What all heads share is one of the file's four.
        MemoryStream Shared() => TensorFile.Of(new Dictionary<string, (int[] Shape, float[] Values)>
        {
            ["in_proj_weight"] = ([96, 32], golden.Floats("in_proj_weight")),
            ["in_proj_bias"] = ([96], golden.Floats("in_proj_bias")),
            ["out_proj.weight"] = ([32, 32], golden.Floats("out_proj.weight")),
            ["out_proj.bias"] = ([32], golden.Floats("out_proj.bias")),
            ["E"] = ([4, 12], golden.Floats("E")[..48]),
            ["F"] = ([4, 12], golden.Floats("F")[..48]),
        });
        using LinformerHeadwise headwise = LinformerHeadwise.Load(Shared(), instructionSet);
        using (LinformerHeadwise.Session session = headwise.CreateSession())
            golden.AssertRows("golden.output.headwise", session.Forward(rows));
        using LinformerKeyValue keyValue = LinformerKeyValue.Load(Shared(), instructionSet);
        using (LinformerKeyValue.Session session = keyValue.CreateSession())
            golden.AssertRows("golden.output.key_value", session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void RandomBlocks_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("random-blocks", instructionSet);
        using RandomBlocks model = RandomBlocks.Load(golden.Path, instructionSet);
        using RandomBlocks.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void FirstBlocks_AgreesWithTheReference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("first-blocks", instructionSet);
        using FirstBlocks model = FirstBlocks.Load(golden.Path, instructionSet);
        using FirstBlocks.Session session = model.CreateSession();
        golden.AssertCalls(rows => session.Forward(rows));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void BigBird_AgreesWithTheCatalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/bigbird", instructionSet);
        int[] tokens = golden.Ids("golden.input.tokens");
        using BigBirdSeeded seeded = BigBirdSeeded.Load(golden.Path, instructionSet);
        using (BigBirdSeeded.Session session = seeded.CreateSession(new SessionSettings { CaptureAttention = true }))
        {
            golden.AssertRows("golden.output.rows.seeded", session.Forward(tokens));
            golden.AssertRows("golden.attention.self", session.SelfAttentionWeights.ToArray());
        }

        using BigBirdOutsideOfTraining outside = BigBirdOutsideOfTraining.Load(golden.Path, instructionSet);
        using (BigBirdOutsideOfTraining.Session session = outside.CreateSession())
            golden.AssertRows("golden.output.rows.hf_inference", session.Forward(tokens));
        using BigBirdWhole whole = BigBirdWhole.Load(golden.Path, instructionSet);
        using (BigBirdWhole.Session session = whole.CreateSession())
            golden.AssertRows("golden.output.rows.full", session.Forward(tokens));
        BigBirdOfTable.Table = golden.Ids("golden.input.random_blocks.double");
        using BigBirdOfTable twice = BigBirdOfTable.Load(golden.Path, instructionSet);
        using (BigBirdOfTable.Session session = twice.CreateSession())
            golden.AssertRows("golden.output.rows.double", session.Forward(tokens));
        using BigBirdOfTableOnce once = BigBirdOfTableOnce.Load(golden.Path, instructionSet);
        using (BigBirdOfTableOnce.Session session = once.CreateSession())
            golden.AssertRows("golden.output.rows.double_once", session.Forward(tokens));
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }
}
