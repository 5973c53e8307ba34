using Attention.Dsl;
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
}
