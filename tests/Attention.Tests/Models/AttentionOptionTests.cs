using Attention.Bench;
using Attention.Dsl;
using Attention.Generator.Planning;
using Attention.Tests.Generator;
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

    /// <summary>Over more keys than a panel has.</summary>
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void SharedHeads_agree_with_the_reference_and_step(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("shared-heads", instructionSet);
        using SharedHeads model = SharedHeads.Load(golden.Path, instructionSet, threads: 2);
        using SharedHeads.Session session = model.CreateSession();
        for (int call = 0; golden.Has($"input.{call}"); call++)
        {
            int[] tokens = golden.Ids($"input.{call}");
            var rows = new float[tokens.Length * 24];
            session.Forward(tokens, rows);
            golden.AssertRows($"output.{call}", rows);
            Stepping.AssertSameBits(tokens, rows, () => session.Reset(), ids => session.Step(ids));
        }

        AssertWorst(golden);
    }

    /// <summary>What a decoder keeps of a row is as much as its heads of keys and values hold.</summary>
    [Fact]
    public void A_decoder_keeps_the_heads_that_keys_and_values_have()
    {
        ModelPlan plan = GeneratorRun.PlanOf("[AttentionModel, Decoder(1, 128), Embedding(9, 64), SelfAttention(8, KeyValueHeads = 2), Logits] public sealed partial class S;", "S");
        Assert.Equal(64 * ((2 * 16) + 48), plan.TrackFloats);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void GptOss_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/gpt_oss_attention", instructionSet);
        float[] rows = golden.Floats("golden.input.rows");
        var capturing = new SessionSettings { CaptureAttention = true };
        using GptOss model = GptOss.Load(golden.Path, instructionSet, threads: 2);
        using (GptOss.Session session = model.CreateSession(capturing))
        {
            golden.AssertRows("golden.output.full", session.Forward(rows));
            golden.AssertRows("golden.attention.full", session.SelfAttentionWeights.ToArray());
        }

        using GptOssWindow near = GptOssWindow.Load(golden.Path, instructionSet);
        using (GptOssWindow.Session session = near.CreateSession(capturing))
        {
            golden.AssertRows("golden.output.window", session.Forward(rows));
            golden.AssertRows("golden.attention.window", session.SelfAttentionWeights.ToArray());
        }

        AssertWorst(golden);
    }

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Qwen3_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        GoldenFile golden = GoldenFile.Open("catalogue/qwen3_embedding", instructionSet);
        using Qwen3 model = Qwen3.Load(golden.Path, instructionSet, threads: 2);
        using Qwen3.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        golden.AssertRows("golden.output.rows", session.Forward(golden.Ids("golden.input.tokens")));
        golden.AssertRows("golden.attention.layer0", session.SelfAttentionWeights.ToArray());
        AssertWorst(golden);
    }

    private static readonly Lazy<float[]> s_added = new(() => new GoldenFile("catalogue/attention_options").Floats("golden.input.bias"));

    /// <summary>The bias of the catalogue's options.</summary>
    internal static float AddedTo(int head, int query, int key) => s_added.Value[(((head * 12) + query) * 12) + key];

    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void Each_option_agrees_with_the_catalogue(InstructionSet instructionSet)
    {
        const int rows = 12, headWidth = 8, inner = 4 * headWidth, shared = 2 * headWidth;
        GoldenFile golden = GoldenFile.Open("catalogue/attention_options", instructionSet);
        string[] options = ["plain", "causal", "capped", "window", "alibi", "bias", "blind", "blind_sinks", "sinks", "scale_one"];
        var weights = new Dictionary<string, (int[] Shape, float[] Values)>();
        foreach (string option in options.Append("multi_query"))
        {
            int width = option == "multi_query" ? inner + shared : inner + (2 * shared);
            weights[$"{option}.layers.0.self_attn.in_proj_weight"] = ([width, width], Identity(width, width));
            weights[$"{option}.layers.0.self_attn.out_proj.weight"] = ([width, inner], Identity(width, inner));
            if (option.EndsWith("sinks", StringComparison.Ordinal))
                weights[$"{option}.layers.0.self_attn.sinks"] = ([4], golden.Floats("golden.input.sinks"));
        }

        using SingleOptions model = SingleOptions.Load(new MemoryStream(TensorFile.Of(weights).ToArray()), instructionSet, threads: 2);
        using SingleOptions.Session session = model.CreateSession(new SessionSettings { CaptureAttention = true });
        float[] input = Input(2);
        Check("plain", session.Plain.Forward(input), session.Plain.SelfAttentionWeights);
        Check("causal", session.Causal.Forward(input), session.Causal.SelfAttentionWeights);
        Check("capped", session.Capped.Forward(input), session.Capped.SelfAttentionWeights);
        Check("window", session.Window.Forward(input), session.Window.SelfAttentionWeights);
        Check("alibi", session.Alibi.Forward(input), session.Alibi.SelfAttentionWeights);
        Check("bias", session.Bias.Forward(input), session.Bias.SelfAttentionWeights);
        Check("blind", session.Blind.Forward(input), session.Blind.SelfAttentionWeights);
        Check("blind_sinks", session.BlindSinks.Forward(input), session.BlindSinks.SelfAttentionWeights);
        Check("sinks", session.Sinks.Forward(input), session.Sinks.SelfAttentionWeights);
        Check("scale_one", session.ScaleOne.Forward(input), session.ScaleOne.SelfAttentionWeights);
        golden.AssertRows("golden.output.multi_query", Heads(session.MultiQuery.Forward(Input(1))));
        AssertWorst(golden);

        void Check(string option, Rows output, AttentionWeights weights)
        {
            golden.AssertRows("golden.output." + option, Heads(output));
            golden.AssertRows("golden.attention." + option, weights.ToArray());
        }

        // Of head × row × channel: queries, and so many heads of keys and values.
        float[] Input(int heads)
        {
            var all = new float[rows * (inner + (2 * heads * headWidth))];
            int first = 0;
            foreach ((string name, int count) in new[] { ("query", 4), ("key", heads), ("value", heads) })
            {
                float[] values = golden.Floats("golden.input." + name);
                for (int i = 0; i < count * rows * headWidth; i++)
                    all[(i / headWidth % rows * (all.Length / rows)) + first + (i / (rows * headWidth) * headWidth) + (i % headWidth)] = values[i];
                first += count * headWidth;
            }

            return all;
        }

        static float[] Heads(Rows output)
        {
            var heads = new float[rows * inner];
            for (int row = 0; row < rows; row++)
                output[row][..inner].CopyTo(heads.AsSpan(row * inner));
            return heads;
        }

        static float[] Identity(int outputs, int inputs) => [.. Enumerable.Range(0, outputs * inputs).Select(i => i / inputs == i % inputs ? 1f : 0)];
    }
}
