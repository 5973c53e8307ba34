using Attention.Dsl;
using Attention.Generator.Operations;
using Attention.Generator.Planning;
using Attention.Tests.Generator;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>Sub-layers side by side, and families whose layers have them, against float64 references.</summary>
public sealed class ParallelTests(ITestOutputHelper output)
{
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void GptJ_agrees_with_the_catalogue_and_steps(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/gptj", instructionSet);
        using GptJLayer model = GptJLayer.Load(golden.Path, instructionSet);
        using GptJLayer.Session session = model.CreateSession();
        Check(golden, 32, (tokens, logits) => session.Forward(tokens, logits), session.Reset, ids => session.Step(ids));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void GptNeoX_agrees_with_the_catalogue_and_steps(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/gpt_neox", instructionSet);
        using GptNeoXLayer model = GptNeoXLayer.Load(golden.Path, instructionSet);
        using GptNeoXLayer.Session session = model.CreateSession();
        Check(golden, 32, (tokens, logits) => session.Forward(tokens, logits), session.Reset, ids => session.Step(ids));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Names_tell_that_heads_stand_one_behind_the_other(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/gpt_neox", instructionSet);
        using GptNeoXByNames model = GptNeoXByNames.Load(golden.Path, instructionSet);
        using GptNeoXByNames.Session session = model.CreateSession();
        Check(golden, 32, (tokens, logits) => session.Forward(tokens, logits), session.Reset, ids => session.Step(ids));
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void GptNeoX_without_parallel_residuals_agrees_with_the_reference_and_steps(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("neox-sequential", instructionSet);
        using GptNeoXSequential model = GptNeoXSequential.Load(golden.Path, instructionSet);
        using GptNeoXSequential.Session session = model.CreateSession();
        for (int call = 0; golden.Has($"input.{call}"); call++)
            Check(golden, 11, (tokens, logits) => session.Forward(tokens, logits), session.Reset, ids => session.Step(ids), $"input.{call}", $"output.{call}");
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Bloom_agrees_with_the_catalogue_and_steps(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/bloom", instructionSet);
        using BloomLayer model = BloomLayer.Load(golden.Path, instructionSet);
        using BloomLayer.Session session = model.CreateSession();
        Check(golden, 40, (tokens, logits) => session.Forward(tokens, logits), session.Reset, ids => session.Step(ids));
    }

    private void Check(GoldenFile golden, int vocabulary, Action<int[], float[]> forward, Action reset, Stepping.Step step, string given = "golden.input.tokens", string expected = "golden.output.logits")
    {
        int[] tokens = golden.Ids(given);
        var logits = new float[tokens.Length * vocabulary];
        forward(tokens, logits);
        golden.AssertRows(expected, logits);
        Stepping.AssertSameBits(tokens, logits, reset, step);
        output.WriteLine($"largest error of a row: {golden.Worst:G3} of its norm");
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory]
    [InlineData("OneNorm", 1)]
    [InlineData("OwnNorms", 2)]
    public void A_layer_has_its_norms_and_sums_within_its_products(string parallel, int norms)
    {
        ModelPlan plan = GeneratorRun.PlanOf($"[AttentionModel, Decoder(3, 24, Norm = NormPlacement.Pre, Parallel = ParallelKind.{parallel}), Embedding(9, 40), SelfAttention(3), FeedForward(48, Activation.Gelu), Logits] public sealed partial class S;", "S");
        LayerRun layer = Assert.Single(plan.Stages[0].Layers);
        Assert.Equal(norms, layer.Steps.OfType<NormCall>().Count());
        Product.Call[] sums = [.. layer.Steps.OfType<Product.Call>().Where(product => product.Accumulate)];
        Assert.Equal(2, sums.Length);
        Assert.Equal(sums[0].Destination, sums[1].Destination);
        Assert.DoesNotContain(layer.Steps, step => step is CopyRows.Call);
    }
}
