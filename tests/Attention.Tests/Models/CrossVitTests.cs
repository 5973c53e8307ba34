using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>CrossViT against its float64 reference, by files with its authors' names.</summary>
public sealed class CrossVitTests(ITestOutputHelper output)
{
    private void AssertWorst(GoldenFile golden)
    {
        output.WriteLine($"largest error of a row: {golden.Worst:G3} of its norm");
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Scores_agree_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/crossvit", instructionSet);
        using CrossVit model = CrossVit.Load(golden.Path, instructionSet, threads: 2);
        using CrossVit.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true }), plain = model.CreateSession();
        float[] image = golden.Floats("golden.input.image");
        float[] first = Scores(session, image);
        golden.AssertRows("golden.output.logits", first);
        golden.AssertRows("golden.output.class0", session.SmallClass.Forward());
        golden.AssertRows("golden.output.class1", session.LargeClass.Forward());
        AttentionWeights kept = session.Small.CrossAttentionWeights;
        Assert.Equal((1, 3, 1, 10), (kept.Layers, kept.Heads, kept.Queries, kept.Keys));
        golden.AssertRows("golden.attention.cross.first", kept.ToArray());
        AssertWorst(golden);

        // The same bits without keeping weights, and whatever ran before.
        Assert.Equal(first, Scores(plain, image));
        float[] other = Scores(session, [.. image.Select(value => -value)]);
        Assert.NotEqual(first, other);
        Assert.Equal(first, Scores(session, image));

        static float[] Scores(CrossVit.Session session, float[] image)
        {
            session.Small.Forward(image);
            session.Large.Forward(image);
            session.SmallScores.Forward();
            return session.Scores.Forward().ToArray();
        }
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Groups_agree_with_the_reference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("crossvit-groups", instructionSet);
        using CrossVitGroups model = CrossVitGroups.Load(golden.Path, instructionSet);
        using CrossVitGroups.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        for (int call = 0; golden.Has($"output.{call}"); call++)
        {
            session.Small.Forward(golden.Floats($"input.small.{call}"));
            session.Large.Forward(golden.Floats($"input.large.{call}"));
            session.SmallScores.Forward();
            golden.AssertRows($"output.{call}", session.Scores.Forward());
            float[][] kept =
            [
                session.Small.CrossAttentionWeights.ToArray(), session.Large.CrossAttentionWeights.ToArray(), session.Small.CrossAttentionWeights2.ToArray(),
                session.Large.CrossAttentionWeights2.ToArray(), session.Small.CrossAttentionWeights3.ToArray(), session.Large.CrossAttentionWeights3.ToArray(),
            ];
            for (int i = 0; i < kept.Length; i++)
                golden.AssertRows($"weights.{call}.{i}", kept[i]);
            golden.AssertRows($"class.small.{call}", session.SmallClass.Forward());
            golden.AssertRows($"class.large.{call}", session.LargeClass.Forward());
            Assert.Equal(17, session.Small.SelfAttentionWeights3.Keys);
        }

        AssertWorst(golden);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Unequal_groups_agree_with_the_reference(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("crossvit-chain", instructionSet);
        using CrossVitChain model = CrossVitChain.Load(golden.Path, instructionSet);
        using CrossVitChain.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        for (int call = 0; golden.Has($"output.{call}"); call++)
        {
            session.Small.Forward(golden.Floats($"input.small.{call}"));
            session.Large.Forward(golden.Floats($"input.large.{call}"));
            session.Small1.Forward();
            session.Large1.Forward();
            session.Small2.Forward();
            session.Large2.Forward();
            session.SmallScores.Forward();
            golden.AssertRows($"output.{call}", session.Scores.Forward());
            golden.AssertRows($"class.small.{call}", session.SmallClass.Forward());
            golden.AssertRows($"class.large.{call}", session.LargeClass.Forward());
            float[][] kept =
            [
                session.Small.CrossAttentionWeights.ToArray(), session.Large.CrossAttentionWeights.ToArray(), session.Small1.CrossAttentionWeights.ToArray(),
                session.Large1.CrossAttentionWeights.ToArray(), session.Small2.CrossAttentionWeights.ToArray(), session.Large2.CrossAttentionWeights.ToArray(),
            ];
            for (int i = 0; i < kept.Length; i++)
                golden.AssertRows($"weights.{call}.{i}", kept[i]);
        }

        AssertWorst(golden);
    }

    [Fact]
    public void A_stage_that_has_not_run_is_named()
    {
        GoldenFile golden = GoldenFile.Open("crossvit-groups", InstructionSet.Portable);
        using CrossVitGroups model = CrossVitGroups.Load(golden.Path, InstructionSet.Portable);
        using CrossVitGroups.Session session = model.CreateSession();
        AssertRefused("Stage 'Small' reads stage 'Large', which has no rows yet", () => session.SmallScores.Forward());
        session.Large.Forward(golden.Floats("input.large.0"));
        AssertRefused("Stage 'Small' has no rows yet to exchange; call Small.Forward first", () => session.SmallScores.Forward());
        session.Small.Forward(golden.Floats("input.small.0"));
        AssertRefused("Stage 'Scores' reads stage 'SmallScores'", () => session.Scores.Forward());
        session.SmallScores.Forward();
        session.Scores.Forward();
        session.Small.Forward(golden.Floats("input.small.0"));
        AssertRefused("Stage 'Scores' reads stage 'SmallScores'", () => session.Scores.Forward());

        static void AssertRefused(string message, Action call) => Assert.Contains(message, Assert.Throws<InvalidOperationException>(call).Message, StringComparison.Ordinal);
    }
}
