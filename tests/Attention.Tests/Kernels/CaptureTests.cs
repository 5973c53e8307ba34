using Attention.Dsl;
using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Tests.Generator;
using Attention.Tests.Models;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>Kept attention weights are those of the float64 reference; where none are declared, no code is there for them.</summary>
public class CaptureTests
{
    private const string Source = "[Encoder(2, 20)] [Embedding(9, 40)] [ClassToken] [SelfAttention(4{0})] [FeedForward(7, Activation.Relu)] public sealed partial class Source;";
    private const string Target = "[Decoder(3, 36, Norm = NormPlacement.Pre)] [Embedding(7, 50)] [Positions(PositionKind.Sinusoidal)] [SelfAttention(3{0})] [CrossAttention(\"source\", heads: 5, HeadWidth = 6, SourceWidth = 20, Every = 2{0})] [Logits] public sealed partial class Target;";

    private static readonly Lazy<CompiledModel> s_model = new(() => CompiledModel.Compile("Kept", Body(", Capture = true")));

    /// <summary>The same by a pattern.</summary>
    private static readonly Lazy<CompiledModel> s_patterned = new(() => CompiledModel.Compile("Patterned", Body(", Capture = true")
        .Replace("[SelfAttention(4", "[SelfAttention(4, Mask = nameof(Sees)", StringComparison.Ordinal).Replace("[SelfAttention(3", "[SelfAttention(3, Mask = nameof(Sees)", StringComparison.Ordinal)
        .Replace("SourceWidth = 20", "SourceWidth = 20, Mask = nameof(Sees)", StringComparison.Ordinal)
        .Replace(";", " { private static bool Sees(int query, int key) => key == query || ((query + (2 * key)) % 3 == 0 && key / 16 != 1); }", StringComparison.Ordinal)));

    /// <summary>The same, some rows global, by projections of their own where these can be.</summary>
    private static readonly Lazy<CompiledModel> s_global = new(() => CompiledModel.Compile("Global", Body(", Capture = true")
        .Replace("[SelfAttention(4", "[SelfAttention(4, Window = 3, Global = 2, GlobalProjections = true", StringComparison.Ordinal).Replace("[SelfAttention(3", "[SelfAttention(3, Window = 5, Global = 3", StringComparison.Ordinal)));

    private static readonly Lazy<CompiledModel> s_memories = new(() => CompiledModel.Compile(
        "Memories", "[Encoder(3, 20)] [Embedding(9, 40)] [ExternalAttention(37, Capture = true)] [SelfAttention(4, Capture = true)] [ExternalAttention(19, Heads = 2, Expansion = 3, Bias = true, Capture = true, Every = 2, Name = \"memory.{layer}\")]"));

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Kept_weights_of_global_rows_are_those_of_the_reference(InstructionSet instructionSet) => Check(s_global.Value, instructionSet);

    /// <summary>The same, heads sharing keys and values, so that those of a step are rows of one product.</summary>
    private static readonly Lazy<CompiledModel> s_shared = new(() => CompiledModel.Compile("Shared", Body(", Capture = true")
        .Replace("[SelfAttention(4", "[SelfAttention(4, KeyValueHeads = 2", StringComparison.Ordinal).Replace("[SelfAttention(3", "[SelfAttention(3, KeyValueHeads = 1, Sinks = true", StringComparison.Ordinal).Replace("heads: 5", "heads: 5, KeyValueHeads = 1, QueryKeyNorm = QueryKeyNorm.PerHead", StringComparison.Ordinal)));

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Kept_weights_of_heads_that_share_keys_are_those_of_the_reference(InstructionSet instructionSet) => Check(s_shared.Value, instructionSet);

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Kept_weights_are_those_of_the_reference(InstructionSet instructionSet) => Check(s_model.Value, instructionSet);

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Kept_weights_of_patterns_are_those_of_the_reference(InstructionSet instructionSet) => Check(s_patterned.Value, instructionSet);

    /// <summary>Weights of a memory's units, of one head and of several, beside those of rows.</summary>
    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Kept_weights_of_memories_are_those_of_the_reference(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        CompiledModel model = s_memories.Value;
        CompiledSession session = model.CreateSession(instructionSet, new SessionSettings { CaptureAttention = true }), plain = model.CreateSession(instructionSet);
        session.Poison();
        var random = new Random(1);
        foreach (int rows in new[] { 40, 1, 17, 33 })
        {
            StageInput input = StageInput.Random(model.Stages[0], rows, random);
            var expected = new Dictionary<int, List<double[][][]>>();
            model.Wide.Run("Memories", new Dictionary<string, StageInput> { ["Memories"] = input }, (attend, weights) =>
            {
                if (!expected.TryGetValue(attend.Spot.Origin.Part, out List<double[][][]>? layers))
                    expected.Add(attend.Spot.Origin.Part, layers = []);
                layers.Add(weights);
            });
            Assert.Equal(plain.Forward("Memories", input), session.Forward("Memories", input));
            List<double[][][]>[] parts = [.. expected.OrderBy(part => part.Key).Select(part => part.Value)];
            Assert.Equal(3, parts.Length);
            AssertWeights(parts[0], session.Weights("Memories", "ExternalAttentionWeights"), 3, 1, rows, 37);
            AssertWeights(parts[1], session.Weights("Memories", "SelfAttentionWeights"), 3, 4, rows, rows);
            AssertWeights(parts[2], session.Weights("Memories", "ExternalAttentionWeights2"), 2, 6, rows, 19);
        }
    }

    private static void Check(CompiledModel model, InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        CompiledSession session = model.CreateSession(instructionSet, new SessionSettings { CaptureAttention = true }), plain = model.CreateSession(instructionSet);
        session.Poison();
        var random = new Random(1);
        foreach ((int source, int target) in new[] { (40, 50), (1, 1), (17, 33), (31, 8) })
        {
            var inputs = new Dictionary<string, StageInput>
            {
                ["Source"] = StageInput.Random(model.Stages[0], source, random),
                ["Target"] = StageInput.Random(model.Stages[1], target, random),
            };
            var expected = new Dictionary<(bool Cross, bool Decoder), List<double[][][]>>();
            model.Wide.Run("Target", inputs, (attend, weights) =>
            {
                var key = (((Attend)attend).Other is not null, model.Stages[1].Operations.Contains(attend));
                if (!expected.TryGetValue(key, out List<double[][][]>? layers))
                    expected.Add(key, layers = []);
                layers.Add(weights);
            });
            foreach (string stage in new[] { "Source", "Target" })
                Assert.Equal(plain.Forward(stage, inputs[stage]), session.Forward(stage, inputs[stage]));
            AssertAll();

            // The same, kept step by step.
            IDecoder decoder = session.Decoder("Target");
            decoder.Reset();
            for (int p = 0; p < target; p += 3)
                decoder.Step(inputs["Target"].Tokens.AsSpan(p, Math.Min(3, target - p)));
            AssertAll();

            void AssertAll()
            {
                AssertWeights(expected[(false, false)], session.Weights("Source", "SelfAttentionWeights"), 2, 4, source + 1, source + 1);
                AssertWeights(expected[(false, true)], session.Weights("Target", "SelfAttentionWeights"), 3, 3, target, target);
                AssertWeights(expected[(true, true)], session.Weights("Target", "CrossAttentionWeights"), 2, 5, target, source + 1);
            }
        }
    }

    private static void AssertWeights(List<double[][][]> expected, AttentionWeights actual, int layers, int heads, int queries, int keys)
    {
        Assert.Equal((layers, heads, queries, keys), (actual.Layers, actual.Heads, actual.Queries, actual.Keys));
        float[] all = actual.ToArray();
        for (int layer = 0; layer < layers; layer++)
        {
            for (int head = 0; head < heads; head++)
            {
                for (int query = 0; query < queries; query++)
                {
                    float[] row = actual[layer, head, query].ToArray();
                    Assert.Equal(row, all.AsSpan(((((layer * heads) + head) * queries) + query) * keys, keys).ToArray());
                    Assert.Equal(expected[layer][head][query].Sum(), row.Sum(weight => (double)weight), 1e-5);
                    for (int key = 0; key < keys; key++)
                    {
                        double weight = expected[layer][head][query][key];
                        Assert.True(weight == 0 ? row[key] == 0 : Math.Abs(row[key] - weight) <= 1e-5, $"{layer}, {head}, {query}, {key}: {row[key]}, expected {weight}");
                    }
                }
            }
        }
    }

    [Fact]
    public void Weights_that_are_not_kept_are_refused()
    {
        CompiledSession session = s_model.Value.CreateSession(InstructionSet.Portable);
        session.Forward("Source", new StageInput([1], [], []));
        Assert.Contains("SessionSettings.CaptureAttention", Assert.Throws<InvalidOperationException>(() => { session.Weights("Source", "SelfAttentionWeights"); }).Message, StringComparison.Ordinal);

        CompiledSession captures = s_model.Value.CreateSession(InstructionSet.Portable, new SessionSettings { CaptureAttention = true, Beams = 2 });
        Assert.Equal(0, captures.Weights("Target", "CrossAttentionWeights").Queries);
        captures.Forward("Source", new StageInput([1], [], []));
        captures.Decoder("Target").StepBeams([0, 0], [1, 2]);
        Assert.Contains("StepBeams does not keep", Assert.Throws<InvalidOperationException>(() => { captures.Weights("Target", "CrossAttentionWeights"); }).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = captures.Weights("Source", "SelfAttentionWeights")[0, 4, 0]; });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = captures.Weights("Source", "SelfAttentionWeights")[2, 0, 0]; });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = captures.Weights("Source", "SelfAttentionWeights")[0, 0, 2]; });
    }

    /// <summary>Without Capture the code is that of a model that never heard of it; with it, all of that code is still there, as it was.</summary>
    [Fact]
    public void The_path_without_capture_is_the_same_with_and_without_the_option()
    {
        Dictionary<string, string> without = FilesOf(""), off = FilesOf(", Capture = false"), on = FilesOf(", Capture = true");
        Assert.Equal(without, off);
        foreach ((string file, string text) in without.Where(file => file.Key.Contains('-', StringComparison.Ordinal)))
        {
            string[] methods = MethodsOf(text);
            Assert.True(methods.Length > 20);
            Assert.Empty(methods.Except(MethodsOf(on[file])));
            Assert.Contains("_Captured", on[file], StringComparison.Ordinal);
        }
    }

    /// <summary>All members but the list of kernels that threads share, which has the new ones at its end.</summary>
    private static string[] MethodsOf(string text) => text.TrimEnd('}', '\n', ' ').Split("\n\n        /// <summary>").Select(method => method.TrimEnd('}', '\n', ' ')).Where(member => !member.Contains(" void Run(", StringComparison.Ordinal)).ToArray();

    private static Dictionary<string, string> FilesOf(string option)
    {
        GeneratorRun run = GeneratorRun.Of($"using Attention.Dsl; [AttentionModel] public sealed partial class Kept {{ {Body(option)} }}");
        return run.Result.Results[0].GeneratedSources.ToDictionary(source => source.HintName, source => source.SourceText.ToString());
    }

    private static string Body(string option) => Source.Replace("{0}", option, StringComparison.Ordinal) + Target.Replace("{0}", option, StringComparison.Ordinal);
}
