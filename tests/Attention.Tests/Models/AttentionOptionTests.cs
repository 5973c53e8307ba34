using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>Options of attention against their float64 references, and a language model that was trained with some.</summary>
public sealed class AttentionOptionTests(ITestOutputHelper output)
{
    private void AssertWorst(GoldenFile golden)
    {
        output.WriteLine($"largest error of a row: {golden.Worst:G3} of its norm");
        Assert.InRange(golden.Worst, 1e-9, 1e-5);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Llama_agrees_with_the_catalogue_and_steps(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/llama", instructionSet);
        using LlamaGroups model = LlamaGroups.Load(golden.Path, instructionSet, threads: 2);
        using LlamaGroups.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        int[] tokens = golden.Ids("golden.input.tokens");
        var logits = new float[tokens.Length * 32];
        session.Forward(tokens, logits);
        golden.AssertRows("golden.output.logits", logits);
        golden.AssertRows("golden.attention.layer0", session.SelfAttentionWeights.ToArray()[..(4 * 12 * 12)]);
        Stepping.AssertSameBits(tokens, logits, () => session.Reset(), ids => session.Step(ids));
        AssertWorst(golden);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Mistral_agrees_with_the_catalogue_and_steps(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/mistral", instructionSet);
        using MistralGroups model = MistralGroups.Load(golden.Path, instructionSet);
        using MistralGroups.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        int[] tokens = golden.Ids("golden.input.tokens");
        var logits = new float[tokens.Length * 32];
        session.Forward(tokens, logits);
        golden.AssertRows("golden.output.logits", logits);
        golden.AssertRows("golden.attention.layer0", session.SelfAttentionWeights.ToArray());
        Stepping.AssertSameBits(tokens, logits, () => session.Reset(), ids => session.Step(ids));
        AssertWorst(golden);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Stories_are_those_of_the_reference_in_either_order_of_the_weights(InstructionSet instructionSet)
    {
        string folder = RealModelTests.Folder("stories260K", instructionSet);
        var golden = new GoldenFile(Path.Combine(folder, "golden"));
        using Stories model = Stories.Load(Path.Combine(folder, "model.safetensors"), instructionSet);
        using Stories.Session session = model.CreateSession();
        Check(search => session.Generate(search).ToArray(), (tokens, logits) => session.Forward(tokens, logits));

        using StoriesOfNeighbours other = StoriesOfNeighbours.Load(Path.Combine(folder, "meta.safetensors"), instructionSet);
        using StoriesOfNeighbours.Session neighbours = other.CreateSession();
        Check(search => neighbours.Generate(search).ToArray(), (tokens, logits) => neighbours.Forward(tokens, logits));
        AssertWorst(golden);

        void Check(Func<GreedySearch, int[]> generate, Action<int[], float[]> forward)
        {
            int[] story = golden.Ids("greedy_ids");
            Assert.Equal(story[1..], generate(new GreedySearch { Begin = story[0], MaximumLength = 256 }));
            var logits = new float[48 * 512];
            forward(story[..48], logits);
            golden.AssertRows("logits", logits);
        }
    }
}
