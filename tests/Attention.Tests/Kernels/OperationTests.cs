using System.Collections.Concurrent;
using Attention.Dsl;
using Attention.Tests.Models;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>
/// Every operation on every instruction set at awkward shapes: one, primes, one less and one more than a vector, a tile or
/// a panel, against the float64 reference of the graph. A kind of operations is a class, since classes run side by side.
/// </summary>
public abstract class OperationTests(ITestOutputHelper output)
{
    private static readonly ConcurrentDictionary<(CompiledModel Model, string Stage, int Length), ReferenceRun> s_runs = [];

    /// <summary>Compiled once for all tests of a class.</summary>
    internal abstract Dictionary<string, CompiledModel> Models { get; }

    protected abstract int[] Lengths { get; }

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Rows_agree_with_the_reference(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        double worst = 0;
        foreach (CompiledModel model in Models.Values)
        {
            CompiledSession session = model.CreateSession(instructionSet);
            var random = new Random(7);
            foreach (int length in Lengths.Where(length => length <= model.Stages.Min(stage => stage.Length)))
            {
                // The same for each instruction set.
                Dictionary<string, StageInput> inputs = InputsOf(model, length, random);
                worst = Math.Max(worst, session.Check(inputs, known: stage => s_runs.GetOrAdd((model, stage, length), _ => new ReferenceRun(model, stage, inputs))));
            }
        }

        Assert.True(worst > 0);
        output.WriteLine($"{Models.Count} models, largest error: {worst:F3} of what is allowed");
    }

    [Fact]
    public void Fusing_changes_no_value()
    {
        foreach (CompiledModel model in Models.Values)
        {
            Dictionary<string, StageInput> inputs = InputsOf(model, 7, new Random(5));
            foreach (string stage in model.Stages.Select(stage => stage.Name))
            {
                double[][] built = model.Wide.Run(stage, inputs), fused = model.Fused.Run(stage, inputs);
                Assert.Equal(built.Select(row => row.Length), fused.Select(row => row.Length));
                for (int row = 0; row < built.Length; row++)
                    Assert.All(built[row].Zip(fused[row]), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
            }
        }
    }

    /// <summary>Each decoder on one of the instruction sets.</summary>
    [Fact]
    public void Sequences_that_step_together_have_the_bits_that_they_have_alone()
    {
        InstructionSet[] supported = [.. Enum.GetValues<InstructionSet>().Where(InstructionSets.IsSupported)];
        foreach ((CompiledModel model, int i) in Models.Values.Where(model => model.Stages[^1] is { IsDecoder: true, IsPooled: false }).Select((model, i) => (model, i)))
            SequenceTests.CheckTogether(model, supported[i % supported.Length], threads: 1 + (i / supported.Length % 2), new Random(i), rounds: 9);
    }

    /// <summary>Random input for every stage; the last stage gets the length asked for, the others one of their own.</summary>
    internal static Dictionary<string, StageInput> InputsOf(CompiledModel model, int length, Random random) => model.Stages.ToDictionary(
        stage => stage.Name,
        stage => StageInput.Random(stage, stage == model.Stages[^1] ? Math.Min(length, stage.Source.Length) : random.Next(1, stage.Source.Length + 1), random));
}

/// <summary>Products of any shape.</summary>
public sealed class ProductTests(ITestOutputHelper output) : OperationTests(output)
{
    private static readonly Lazy<Dictionary<string, CompiledModel>> s_models = new(() => CompiledModel.Compile([.. Products()]));

    internal override Dictionary<string, CompiledModel> Models => s_models.Value;

    protected override int[] Lengths => [.. Enumerable.Range(1, 20), 23, 24, 25, 31, 40];

    private static IEnumerable<(string Name, string Body)> Products()
    {
        (int K, int N)[] shapes =
        [
            (1, 1), (1, 17), (2, 3), (3, 2), (5, 7), (7, 16), (8, 15), (15, 33), (16, 48), (17, 31), (33, 64), (48, 65), (49, 80), (64, 81),
            (87, 87), (96, 97), (100, 112), (129, 96), (50, 145), (12, 176), (33, 1),
        ];
        string[] activations = ["Identity", "Relu", "Gelu", "GeluTanh", "Silu", "QuickGelu", "Sigmoid"];
        for (int i = 0; i < shapes.Length; i++)
        {
            (int k, int n) = shapes[i];
            string bias = i % 3 == 2 ? ", Bias = false" : "";
            yield return ($"Rows{k}x{n}", $"[Encoder(0, {k})] [Embedding(11, 40)] [Linear({n}, Activation = Activation.{activations[i % 7]}{bias})] {(i % 7 == 6 ? "[L2Normalize]" : i % 7 == 2 && n > 2 ? "[DivideMax]" : "")} public sealed partial class S;");

            // A decoder writes into the caller's rows, which have no padding.
            if (i % 2 == 0 || n % 16 != 0)
                yield return ($"Caller{k}x{n}", $"[Decoder(0, {k})] [Embedding({n}, 40)] [Logits({(i % 2 == 1 ? "Tied = true" : "")}{(i % 5 == 4 ? (i % 2 == 1 ? ", " : "") + "SoftCap = 0.7" : "")})] public sealed partial class S;");
        }
    }
}

/// <summary>Attention of any shape.</summary>
public sealed class AttentionTests(ITestOutputHelper output) : OperationTests(output)
{
    private static readonly Lazy<Dictionary<string, CompiledModel>> s_models = new(() => CompiledModel.Compile([.. Attentions()]));

    internal override Dictionary<string, CompiledModel> Models => s_models.Value;

    protected override int[] Lengths => [.. Enumerable.Range(1, 18), 31, 32, 33, 63, 64, 65, 97];

    private static IEnumerable<(string Name, string Body)> Attentions()
    {
        int[] widths = [1, 2, 3, 5, 8, 12, 15, 17, 20, 31, 32, 40, 49, 64, 128];
        for (int i = 0; i < widths.Length; i++)
        {
            int headWidth = widths[i], heads = 1 + (i % 5), width = 6 + (i % 7);
            yield return ($"Heads{headWidth}", $"[Encoder(1, {width})] [Embedding(13, 97)] [SelfAttention({heads}, HeadWidth = {headWidth}{(i % 2 == 0 ? ", Causal = true" : "")})] public sealed partial class S;");
        }

        yield return ("Cross", """
            [Encoder(1, 20)] [Embedding(9, 70)] [SelfAttention(4)] public sealed partial class Source;
            [Decoder(2, 36)] [Embedding(7, 97)] [SelfAttention(3)] [CrossAttention("source", heads: 5, HeadWidth = 6, SourceWidth = 20)] [Logits] public sealed partial class Target;
            """);
        yield return ("GroupedCross", """
            [Encoder(1, 20)] [Embedding(9, 70)] [Rotary] [SelfAttention(4, HeadWidth = 34, KeyValueHeads = 1, Capture = true)] public sealed partial class Source;
            [Decoder(2, 36)] [Embedding(7, 97)] [Rotary(Values = true)] [SelfAttention(6, KeyValueHeads = 3)] [CrossAttention("source", heads: 10, HeadWidth = 6, KeyValueHeads = 2, SourceWidth = 20, Sinks = true, Capture = true)] [Logits] public sealed partial class Target;
            """);
        string[] asked = ["Mask = nameof(Sees)", "ScoreBias = nameof(Slope)", "Mask = nameof(Sees), ScoreBias = nameof(Slope), TopK = 4", "Mask = nameof(Sees), SoftCap = 1.5"];
        for (int i = 0; i < asked.Length; i++)
        {
            string slope = i == 1 ? "Slope(int head, int distance) => 0.1f * (head - 1) * distance" : "Slope(int head, int query, int key) => System.MathF.Sin((7 * query) + (3 * key) + head)";
            yield return ($"Asked{i}", $"[Encoder(1, 20)] [Embedding(9, {new[] { 70, 130, 33, 1 }[i]})] [SelfAttention(4)] public sealed partial class Source; [{(i % 2 == 0 ? "Decoder" : "Encoder")}(2, 36, Prefix = \"b\")] [Embedding(7, 97)] [SelfAttention(3)] [CrossAttention(\"source\", heads: {1 + i}, HeadWidth = 9, SourceWidth = 20, {asked[i]})] "
                + $"public sealed partial class Target {{ private static bool Sees(int query, int key) => query % 9 != 4 && (query + (2 * key)) % 5 < 2; private static float {slope}; }}");
        }

        string[] seen = ["", ", Causal = true", ", Window = 9", ", Causal = true, Window = 40", ", Mask = nameof(Sees)", ", Mask = nameof(Sees), Causal = true"];
        for (int i = 0; i < seen.Length; i++)
            yield return ($"Top{i}", $"[{(i % 2 == 0 ? "Encoder" : "Decoder")}(1, 20)] [Embedding(13, 97)] [Positions(PositionKind.Sinusoidal)] [SelfAttention({1 + (i % 3)}, HeadWidth = 9, TopK = {new[] { 1, 4, 7, 33 }[i % 4]}{(i % 2 == 0 ? seen[i] : seen[i].Replace(", Causal = true", "", StringComparison.Ordinal))})] public sealed partial class S {{ private static bool Sees(int query, int key) => (query + key) % 3 != 0; }}");
        string[] more =
        [
            "SelfAttention(4, SoftCap = 0.7, Scale = 2)", "SelfAttention(5, SoftCap = 3, Window = 20, TopK = 6)", "SparseAttention(2, 6, Scale = 0.05, SoftCap = 0.4)", "SelfAttention(2, Scale = 1)",
            "SelfAttention(4, Causal = true, Prefix = 40)", "SelfAttention(2, Causal = true, Prefix = 1, TopK = 3)", "LocalAttention(2, 16, Backward = 0)", "LocalAttention(2, 33, Causal = true, Exact = true)",
            "LocalAttention(1, 5, Backward = 3, Forward = 2)", "ImageAttention(2, 9, ImagePattern.Row, Text = 17)", "ImageAttention(2, 10, ImagePattern.Column)", "ImageAttention(2, 10, ImagePattern.Convolution, Text = 40, Kernel = 5)", "SelfAttention(4, RelativeBuckets = 32)", "SelfAttention(2, RelativeBuckets = 7, RelativeDistance = 33, Scale = 1)", "SelfAttention(6, HeadWidth = 3, Alibi = true)", "SelfAttention(3, HeadWidth = 5, Alibi = true, TopK = 9, Window = 50)", "SelfAttention(5, RelativeBuckets = 4, RelativeDistance = 2, Window = 20, SoftCap = 2)", "SelfAttention(1, RelativeBuckets = 2, RelativeDistance = 70, Causal = true, Prefix = 30)",
            "SelfAttention(4, KeyValueHeads = 2)", "SelfAttention(12, HeadWidth = 5, KeyValueHeads = 1)", "SelfAttention(9, HeadWidth = 17, KeyValueHeads = 3, Window = 40, Capture = true)", "SelfAttention(6, HeadWidth = 9, KeyValueHeads = 2, Window = 7, SoftCap = 2)", "SelfAttention(20, KeyValueHeads = 2, TopK = 5, Alibi = true)",
            "SelfAttention(6, HeadWidth = 16, KeyValueHeads = 3, RelativeBuckets = 8, Causal = true, Prefix = 20)", "SelfAttention(4, Sinks = true)", "SelfAttention(6, HeadWidth = 9, KeyValueHeads = 2, Sinks = true, Window = 40, Capture = true, Scale = 0.4)", "SelfAttention(8, HeadWidth = 3, KeyValueHeads = 2, Sinks = true, SoftCap = 2, TopK = 4, Alibi = true)",
            "SelfAttention(2, Sinks = true, RelativeBuckets = 8, Window = 9)", "LocalAttention(2, 7, Sinks = true)", "SelfAttention(2, Window = 5, Global = 3, GlobalProjections = true, Sinks = true, Causal = false)", "SparseAttention(4, 6, KeyValueHeads = 2)", "LocalAttention(6, 7, HeadWidth = 3, KeyValueHeads = 2)", "SelfAttention(4, Window = 5, Global = 3, GlobalProjections = true, KeyValueHeads = 2, Causal = false)",
        ];
        for (int i = 0; i < more.Length; i++)
            yield return ($"More{i}", $"[{(i % 2 == 0 || more[i].Contains("Causal", StringComparison.Ordinal) ? "Encoder" : "Decoder")}(1, 20)] [Embedding(13, 97)] [{more[i].Replace("Forward = 2", i % 2 == 0 ? "Forward = 2" : "", StringComparison.Ordinal)}] public sealed partial class S;");
        for (int i = 0; i < seen.Length; i++)
        {
            string slope = i % 2 == 0 ? "Slope(int head, int distance) => -0.3f / (head + 1) * distance" : "Slope(int head, int query, int key) => System.MathF.Sin((7 * query) + (3 * key) + head)";
            yield return ($"Bias{i}", $"[{(i % 2 == 0 ? "Encoder" : "Decoder")}(1, 20)] [Embedding(13, 97)] [Positions(PositionKind.Sinusoidal)] [SelfAttention({1 + (i % 3)}, HeadWidth = 9, ScoreBias = nameof(Slope){(i == 4 ? ", TopK = 5" : "")}{(i % 2 == 0 ? seen[i] : seen[i].Replace(", Causal = true", "", StringComparison.Ordinal))})] public sealed partial class S {{ private static bool Sees(int query, int key) => (query + key) % 3 != 0; private static float {slope}; }}");
        }

        string[] turns =
        [
            "Rotary] [SelfAttention(1, HeadWidth = 2)", "Rotary(Interleaved = true)] [SelfAttention(3, HeadWidth = 6)", "Rotary(Width = 4, Base = 30)] [SelfAttention(2, HeadWidth = 9, Window = 9)", "Rotary(Width = 10, Interleaved = true)] [SelfAttention(2, HeadWidth = 17)",
            "Rotary(Base = 1000000)] [SelfAttention(2, HeadWidth = 32)", "Rotary(Factor = 8, Interleaved = true)] [SelfAttention(1, HeadWidth = 40, Capture = true)", "Rotary(Width = 38)] [SparseAttention(2, 5, HeadWidth = 64)", "Rotary(Width = 34, Interleaved = true)] [LocalAttention(2, 7, HeadWidth = 50)",
            "SelfAttention(4)] [Rotary(Width = 2)] [SelfAttention(2, HeadWidth = 3, Name = \"second.{layer}\")] [Rotary(Base = 7)] [SelfAttention(1, HeadWidth = 34, Name = \"third.{layer}\")", "Rotary(Base = 1)] [SelfAttention(2, TopK = 5)",
            "Rotary(Side = 9, Text = 17)] [SelfAttention(2, HeadWidth = 7)", "Rotary(Side = 9, Text = 16, Values = true, Interleaved = true)] [SelfAttention(3, HeadWidth = 35)", "Rotary(Side = 10, Values = true, Base = 40, Factor = 3)] [SparseAttention(2, 5, HeadWidth = 64)",
            "Rotary(Side = 3, Text = 90, Interleaved = true)] [ImageAttention(2, 7, ImagePattern.Row, Text = 48, HeadWidth = 21)] [SelfAttention(2, HeadWidth = 20, Name = \"second.{layer}\")", "Rotary(Values = true)] [SelfAttention(2, HeadWidth = 18, Window = 9, Capture = true)",
            "Rotary(Scaling = RotaryScaling.Llama3, Factor = 8, OriginalLength = 30, Interleaved = true)] [SelfAttention(2, HeadWidth = 18)", "Rotary(Scaling = RotaryScaling.Yarn, Factor = 4, OriginalLength = 30, Truncate = false, Width = 10)] [SelfAttention(2, HeadWidth = 18)",
            "Rotary(Scaling = RotaryScaling.DynamicNtk, Factor = 2, OriginalLength = 50)] [SelfAttention(2, HeadWidth = 18)", "Rotary(Scaling = RotaryScaling.LongRope, Factors = new double[] { 1, 2.5, 40 }, Width = 6, AttentionFactor = 0.8)] [SelfAttention(2, HeadWidth = 18)",
        ];
        for (int i = 0; i < turns.Length; i++)
            yield return ($"Turned{i}", $"[{(i % 2 == 0 ? "Encoder" : "Decoder")}({1 + (i % 3)}, 20{(i % 4 == 0 ? ", Shared = true" : "")})] [Embedding(13, 97)] {(i % 4 == 2 ? "[ClassToken]" : "")} [{turns[i]}] public sealed partial class S;");
        string[] disentangled =
        [
            "(40)] [SelfAttention(4)", "(100)] [SelfAttention(1, HeadWidth = 33)", "(8)] [SelfAttention(3, HeadWidth = 9, Capture = true)", "(16, MaxDistance = 60, Norm = true)] [SelfAttention(2, HeadWidth = 16, Bias = false)",
            "(5, MaxDistance = 30, Terms = DisentangledTerms.ContentToPosition)] [SelfAttention(5)", "(24, MaxDistance = 200, Norm = true, Terms = DisentangledTerms.PositionToContent)] [SelfAttention(2, HeadWidth = 17, TopK = 5)",
            "(30, OwnProjections = true)] [SelfAttention(2, KeyBias = false, SoftCap = 2)", "(12, MaxDistance = 40, Norm = true, OwnProjections = true, Terms = DisentangledTerms.PositionToContent)] [SelfAttention(4, HeadWidth = 3, Window = 9)",
            "(2, MaxDistance = 3)] [SelfAttention(2, Causal = true, Sinks = true, Scale = 0.3)", "(9, MaxDistance = 11, Norm = true)] [LocalAttention(2, 7, HeadWidth = 20)] [SelfAttention(1, Causal = true, Window = 20, Name = \"second.{layer}\")", "(33)] [SparseAttention(3, 6, HeadWidth = 40)",
            "(50, Norm = true)] [BigBirdAttention(2, 8, Random = 1, HeadWidth = 9)",
        ];
        for (int i = 0; i < disentangled.Length; i++)
            yield return ($"Disentangled{i}", $"[Encoder({1 + (i % 3)}, 20{(i % 4 == 0 ? ", Shared = true" : "")}{(i % 3 == 1 ? ", Bias = false" : "")})] [Embedding(13, 97)] {(i % 4 == 2 ? "[ClassToken]" : "")} [DisentangledPositions{disentangled[i]}] public sealed partial class S;");
        string[] normed =
        [
            "SelfAttention(4, QueryKeyNorm = QueryKeyNorm.PerHead)", "Rotary] [SelfAttention(3, HeadWidth = 10, KeyValueHeads = 1, QueryKeyNorm = QueryKeyNorm.PerHead, QueryKeyNormKind = NormKind.Rms)", "Rotary] [SelfAttention(4, HeadWidth = 34, KeyValueHeads = 2, QueryKeyNorm = QueryKeyNorm.PerHeadBehindRotary, QueryKeyNormKind = NormKind.RmsPlusOne, Capture = true)",
            "Rotary(Width = 4, Values = true)] [SelfAttention(6, HeadWidth = 5, KeyValueHeads = 3, QueryKeyNorm = QueryKeyNorm.Whole)", "SelfAttention(2, HeadWidth = 17, QueryKeyNorm = QueryKeyNorm.Whole, QueryKeyNormKind = NormKind.Rms, Window = 9)", "Rotary] [SelfAttention(2, HeadWidth = 48, QueryKeyNorm = QueryKeyNorm.PerHeadBehindRotary)", "LocalAttention(1, 7, HeadWidth = 64, QueryKeyNorm = QueryKeyNorm.PerHead)",
            "SelfAttention(5, HeadWidth = 3, QueryKeyNorm = QueryKeyNorm.PerHead, QueryKeyNormKind = NormKind.RmsPlusOne)",
        ];
        for (int i = 0; i < normed.Length; i++)
            yield return ($"Normed{i}", $"[{(i % 2 == 0 ? "Encoder" : "Decoder")}({1 + (i % 3)}, 20{(i % 4 == 0 ? ", Bias = false" : "")}{(i % 3 == 0 ? ", Kind = NormKind.Rms" : "")})] [Embedding(13, 97)] [{normed[i]}] public sealed partial class S;");
        yield return ("NormedCross", """
            [Encoder(1, 20)] [Embedding(9, 70)] [SelfAttention(4)] public sealed partial class Source;
            [Decoder(2, 36)] [Embedding(7, 97)] [SelfAttention(3, QueryKeyNorm = QueryKeyNorm.PerHead)] [CrossAttention("source", heads: 4, HeadWidth = 6, KeyValueHeads = 2, SourceWidth = 20, QueryKeyNorm = QueryKeyNorm.PerHead)] [CrossAttention("source", heads: 2, SourceWidth = 20, QueryKeyNorm = QueryKeyNorm.Whole, QueryKeyNormKind = NormKind.Rms, Name = "second.{layer}")] [Logits] public sealed partial class Target;
            [Encoder(1, 20, Prefix = "c")] [Queries(7)] [CrossAttention("source", heads: 4, IncludeQueries = true, QueryKeyNorm = QueryKeyNorm.PerHead)] public sealed partial class Latents;
            """);
        string[] birds = ["2, 1, Random = 1", "2, 3, Random = 2, Seed = 5", "3, 8, Random = 1", "2, 16, Random = 0", "4, 10, RandomIsFirst = true, Random = 1", "1, 6, RandomIsFirst = true, SoftCap = 1.5, Scale = 0.4", "2, 5, Random = 4, TopK = 9, Capture = true", "4, 6, Random = 2, KeyValueHeads = 2"];
        for (int i = 0; i < birds.Length; i++)
            yield return ($"BigBird{i}", $"[Encoder(2, 20{(i % 2 == 0 ? ", Norm = NormPlacement.Pre" : "")})] [Embedding(13, 97)] {(i % 3 == 0 ? "[ClassToken]" : "")} [BigBirdAttention({birds[i]}, HeadWidth = {new[] { 5, 16, 33 }[i % 3]})] public sealed partial class S;");
        for (int i = 0; i < 4; i++)
        {
            yield return ($"OwnBlocks{i}", $"[Encoder({1 + (i % 2)}, 20)] [Embedding(13, 97)] [BigBirdAttention({1 + i}, {new[] { 3, 8, 1, 5 }[i]}, HeadWidth = 9, Random = {1 + (i % 3)}, Blocks = nameof(Blocks){(i == 2 ? ", CountOnce = true" : "")}{(i == 3 ? ", Scale = 0.4, Capture = true" : "")})] public sealed partial class S {{ private static int Blocks(int layer, int blocks, int head, int row, int place) => ((5 * layer) + head + (row * place)) % blocks; }}");
        }

        string[] lowRank =
        [
            "4, 7", "2, 32, Sharing = ProjectionSharing.KeyValue", "4, 33, Sharing = ProjectionSharing.None, KeyBias = false", "5, 1, Sharing = ProjectionSharing.Layerwise", "4, 40, KeyValueHeads = 2, Rows = 120", "2, 16, ValuesAreKeys = true, ProjectFirst = true",
            "4, 31, ProjectFirst = true, SoftCap = 0.8, HeadWidth = 17", "4, 20, Sharing = ProjectionSharing.None, KeyValueHeads = 2, ProjectFirst = true, KeyBias = false, TopK = 5", "3, 65, HeadWidth = 49, Sharing = ProjectionSharing.Layerwise, ProjectFirst = true", "1, 12, HeadWidth = 33, Bias = false, Capture = true",
            "4, 9, KeyValueHeads = 1, Sharing = ProjectionSharing.None, ProjectFirst = true, ValueBias = false, SoftCap = 2", "2, 100, Scale = 0.7", "4, 9, KeyValueHeads = 2, Sinks = true, ProjectFirst = true", "2, 9, HeadWidth = 12, QueryKeyNorm = QueryKeyNorm.PerHead, ValuesAreKeys = true",
        ];
        for (int i = 0; i < lowRank.Length; i++)
            yield return ($"LowRank{i}", $"[Encoder({1 + (i % 3)}, 20{(i % 2 == 0 ? ", Norm = NormPlacement.Pre" : "")})] [Embedding(13, 97)] {(i % 4 == 0 ? "[ClassToken]" : "")} [LinformerAttention({lowRank[i]})] [FeedForward(9, Activation.Relu)] public sealed partial class S;");
        yield return ("TopCross", """
            [Encoder(1, 20)] [Embedding(90, 70)] [SelfAttention(4, TopK = 5)] public sealed partial class Source;
            [Decoder(2, 20)] [Embedding(70, 97)] [SelfAttention(2, TopK = 3)] [CrossAttention("source", TopK = 2)] [Logits] public sealed partial class Target;
            """);
        string[] patterned =
        [
            "SparseAttention(2, 6", "SparseAttention(3, 5, Pattern = SparsePattern.Fixed, Part = SparsePart.Far, Summary = 2", "LocalAttention(2, 7, Causal = true, Exact = true", "LocalAttention(1, 16, Forward = 2, TopK = 5", "ImageAttention(2, 9, ImagePattern.Column, Text = 16", "ImageAttention(2, 10, ImagePattern.Convolution, Kernel = 5, Capture = true",
            "BigBirdAttention(2, 5, Random = 1, SoftCap = 2", "BigBirdAttention(2, 3, Random = 2, RandomIsFirst = true",
        ];
        for (int i = 0; i < patterned.Length; i++)
        {
            string stem = i % 3 == 0 ? "[Features(97)] [Labels]" : i % 3 == 1 ? "[Embedding(13, 97)] [Labels(Token = 4)]" : "[Embedding(13, 97)] [Labels(Rows = 7)]";
            yield return ($"Patterned{i}", $"[Encoder({1 + (i % 2)}, 20)] {stem} [{patterned[i]}, HeadWidth = 9, Labels = LabelRule.{(i is 3 or 7 ? "UpTo" : "Equal")}{(i % 2 == 0 ? ", Sinks = true" : "")})] public sealed partial class S;");
            if (i < 6)
                yield return ($"PatternedSteps{i}", $"[Decoder({1 + (i % 2)}, 20)] [Embedding(13, 97)] [Labels({(i % 2 == 0 ? "Token = 4" : "Rows = 11")})] [{patterned[i].Replace(", Causal = true", "", StringComparison.Ordinal).Replace(", Forward = 2", "", StringComparison.Ordinal)}, HeadWidth = 9, Labels = LabelRule.Equal)] [{patterned[i].Replace(", Causal = true", "", StringComparison.Ordinal).Replace(", Forward = 2", "", StringComparison.Ordinal)}, HeadWidth = 9, Name = \"second.{{layer}}\")] [Logits] public sealed partial class S;");
        }

        string[] labelled = ["Equal", "UpTo", "Equal, Window = 9", "Equal, Causal = true", "Equal, TopK = 3", "UpTo, Window = 5, SoftCap = 2", "Equal, Causal = true, Window = 20, TopK = 4", "Equal, Causal = true, Prefix = 9", "Equal, Mask = nameof(Sees)", "UpTo, Mask = nameof(Sees), TopK = 3", "Equal, Causal = true, Mask = nameof(Sees), Window = 30"];
        for (int i = 0; i < labelled.Length; i++)
            yield return ($"Labels{i}", $"[Encoder(2, 20)] {(i % 2 == 0 ? "[Features(97)]" : "[Embedding(13, 97)]")} {(i % 3 == 0 ? "[Labels(Rows = 7)]" : i == 7 || i % 2 == 0 ? "[Labels]" : "[Labels(Token = 4)]")} [SelfAttention({1 + (i % 3)}, HeadWidth = 9, Labels = LabelRule.{labelled[i]})] public sealed partial class S {{ private static bool Sees(int query, int key) => (query + (2 * key)) % 3 != 1; }}");
        for (int i = 0; i < 4; i++)
        {
            yield return ($"CrossLabels{i}", $$"""
                [Encoder(1, 20)] {{(i % 2 == 0 ? "[Features(70)] [Labels]" : "[Embedding(7, 70)] [Labels(Token = 2)]")}} [SelfAttention(4)] public sealed partial class Media;
                [Decoder(2, 20, Prefix = "a")] [Embedding(7, 97)] [Labels({{(i == 2 ? "Rows = 9" : "Token = 3")}})] [SelfAttention(2, HeadWidth = 9, Labels = LabelRule.Equal{{new[] { "", ", Window = 6", ", Mask = nameof(Sees)", "" }[i]}})] [CrossAttention("media", heads: 3, HeadWidth = 11, Labels = LabelRule.{{(i < 2 ? "Equal" : "UpTo")}}{{new[] { "", ", Mask = nameof(Sees)", "", ", TopK = 4, Mask = nameof(Sees)" }[i]}}, Gate = Gate.Tanh)] public sealed partial class Text { private static bool Sees(int query, int key) => (query + key) % 3 != 1; }
                """);
        }

        for (int i = 0; i < 4; i++)
        {
            string norm = new[] { "Pre", "Post", "None", "Pre" }[i], labels = i % 2 == 0 ? ", Labels = LabelRule.Equal" : "";
            yield return ($"Queries{i}", $$"""
                [Encoder(1, 20)] [Features(90)] {{(i % 2 == 0 ? "[Labels(Rows = 37)]" : "")}} [SelfAttention(4)] public sealed partial class Media;
                [Encoder(2, 20, Prefix = "a", Norm = NormPlacement.{{norm}})] [Queries({{new[] { 3, 7, 33, 40 }[i]}}{{(i % 2 == 0 ? ", PerLabel = true" : "")}})] {{(i % 2 == 0 ? $"[Labels(Rows = {new[] { 3, 7, 33, 40 }[i]})]" : "")}} [CrossAttention("media", heads: 3, HeadWidth = 11, SourceNorm = {{(i < 2 ? "true" : "false")}}, IncludeQueries = true{{labels}}{{(i == 3 ? ", TopK = 4" : "")}})] [FeedForward(9, Activation.Relu)] [CrossAttention("media", heads: 1, Name = "layers.{layer}.second")] public sealed partial class Latents;
                [Decoder(1, 20, Prefix = "b")] [Embedding(7, 50)] [Positions(PositionKind.Sinusoidal, Repeat = 3)] [CrossAttention("latents", heads: 3, HeadWidth = 11)] public sealed partial class Text;
                """);
        }

        yield return ("QueriesOfClass", """
            [Encoder(1, 20)] [Features(90)] [SelfAttention(4)] public sealed partial class Media;
            [Encoder(2, 20, Prefix = "a")] [Queries(7)] [ClassToken] [CrossAttention("media", heads: 4, IncludeQueries = true, KeyValueHeads = 2)] [FeedForward(9, Activation.Relu)] public sealed partial class Latents;
            """);
        yield return ("CrossOfEncoder", """
            [Encoder(1, 20, Prefix = "a")] [Embedding(9, 40)] [SelfAttention(4)] [Pooling(PoolingKind.Mean)] public sealed partial class A;
            [Encoder(1, 20, Prefix = "b")] [Embedding(9, 33)] [SelfAttention(2)] public sealed partial class B;
            [Encoder(2, 20)] [Embedding(9, 70)] [CrossAttention("a", heads: 4)] [CrossAttention("b", heads: 2, Name = "layers.{layer}.second")] public sealed partial class C;
            """);
    }
}

/// <summary>Every part and option.</summary>
public sealed class EveryPartTests(ITestOutputHelper output) : OperationTests(output)
{
    private static readonly Lazy<Dictionary<string, CompiledModel>> s_models = new(() => CompiledModel.Compile([.. Parts()]));

    internal override Dictionary<string, CompiledModel> Models => s_models.Value;

    protected override int[] Lengths => [1, 2, 3, 5, 8, 9, 15, 16, 17, 33, 40];

    private static IEnumerable<(string Name, string Body)> Parts()
    {
        int n = 0;
        foreach (string norm in new[] { "", ", Norm = NormPlacement.Pre", ", Norm = NormPlacement.None" })
        {
            foreach (string more in new[] { "", ", FinalNorm = true", ", Bias = false", ", FinalNorm = true, Bias = false, Epsilon = 1e-3" })
            {
                int width = new[] { 12, 16, 20, 31, 33, 48, 50, 100 }[n % 8];
                string positions = new[] { "", "[Positions(PositionKind.Sinusoidal)]", "[Positions(PositionKind.Learned)] [LayerNorm]", "[LayerNorm(Epsilon = 1e-2)] [Positions(PositionKind.Sinusoidal)]" }[n % 4];
                string pooling = new[] { "", "[Pooling(PoolingKind.Mean)]", "[Pooling(PoolingKind.First)] [L2Normalize]", "[Pooling(PoolingKind.Max)] [LayerNorm] [Linear(7)]", "[L2Normalize]", "[Linear(19)] [L2Normalize]", "[LayerNorm]" }[n % 7];
                string activation = new[] { "Relu", "Gelu", "GeluTanh", "Silu", "Identity" }[n % 5];
                string scaled = n % 2 == 0 && !norm.Contains("None", StringComparison.Ordinal) ? ", Scaled = true" : ""; // large rows that nothing norms have scores which float32 cannot tell apart
                string body = $"[SelfAttention(1)] [FeedForward({(2 * width) + 1}, Activation.{activation})]";
                yield return ($"Encoder{n}", $"[Encoder(2, {width}{norm}{more})] [Embedding(17, 40{scaled})] {positions} {body} {pooling} public sealed partial class S;");
                string output = new[] { "[Logits]", "[Logits(Tied = true)]", "[Logits(Bias = false)]", "", "[DivideMax] [LayerNorm] [Logits]", "[Linear(9)] [L2Normalize]", "[Pooling(PoolingKind.Mean)] [Linear(3)]", "[Linear(11, Activation = Activation.Gelu)]" }[n % 8];
                yield return ($"Decoder{n}", $"[Decoder(2, {width}{norm}{more})] [Embedding(17, 40{scaled})] {positions} {body} {output} public sealed partial class S;");
                n++;
            }
        }

        string[] sources =
        [
            "[Embedding(17, 39)] [TokenTypes(3)] [Positions(PositionKind.Learned, Offset = 2)] [LayerNorm]",
            "[Embedding(17, 40)] [Positions(PositionKind.SinusoidalHalves)] [TokenTypes(1)]",
            "[Embedding(17, 39)] [TokenTypes(2)] [ClassToken] [Positions(PositionKind.Learned, Rows = 60, Offset = 3)]",
            "[Patches(image: 12, patch: 3, Channels = 3)] [ClassToken] [Positions(PositionKind.Learned)]",
            "[Patches(image: 10, patch: 5, Channels = 2, ChannelsLast = true, Bias = false)] [LayerNorm] [ClassToken]",
            "[Patches(image: 7, patch: 1, Order = PatchOrder.ChannelsLast)] [Positions(PositionKind.Sinusoidal)]",
            "[Patches(image: 6, patch: 2, Channels = 3, ChannelsLast = true, Order = PatchOrder.ChannelsLast)]",
            "[Features(40)] [ClassToken] [LayerNorm]",
            "[Features(40, Width = 11)] [Positions(PositionKind.Sinusoidal)]",
            "[Features(33, Width = 35, Bias = false)] [ClassToken] [Positions(PositionKind.Learned)]",
        ];
        string[] outputs = ["", "[Pooling(PoolingKind.First)]", "[Head(5)]", "[Head(7, Pooler = Activation.Tanh)]", "[Pooling(PoolingKind.Mean)] [LayerNorm] [Head(9, Bias = false)]", "[Head(3, Pooling = PoolingKind.Max, Pooler = Activation.Relu)]"];
        for (int i = 0; i < sources.Length; i++)
        {
            string norm = i % 2 == 0 ? $"{(i % 3 == 0 ? "" : ", Norm = NormPlacement.Pre")}, FinalNorm = true" : "", name = i % 3 == 0 ? "public sealed partial class S;" : "";
            yield return ($"Source{i}", $"[Encoder({i % 3}, {new[] { 20, 31, 48 }[i % 3]}{norm})] {sources[i]} {(i % 3 == 0 ? "" : "[SelfAttention(1, HeadWidth = 9)] [FeedForward(13, Activation.Tanh)]")} {outputs[i % 6]} {name}");
        }

        foreach ((string pooling, string stem) in new[] { ("LargestToken", "[ClassToken]"), ("AtToken, Token = 3", ""), ("AtToken, Token = 7", "[ClassToken]"), ("Last", ""), ("AtRow, Row = 12", "[ClassToken] [DistillationToken]") })
            yield return ($"Token{stem.Length}{pooling.Length}{pooling[^1]}", $"[Encoder(1, 31)] [Embedding(9, 39)] {stem} [SelfAttention(1, Causal = true)] [Pooling(PoolingKind.{pooling})] [Linear(5)]");
        yield return ("TokenOfDecoder", "[Decoder(1, 20)] [Embedding(9, 40)] [SelfAttention(2)] [Pooling(PoolingKind.LargestToken)] public sealed partial class S;");
        yield return ("Distilled", "[Encoder(2, 31)] [Patches(image: 8, patch: 2)] [ClassToken] [DistillationToken] [Positions(PositionKind.Learned)] [LayerNorm] [SelfAttention(1)] [FeedForward(9, Activation.Relu, Norm = NormPlacement.Pre)] [Pooling(PoolingKind.AtRow, Row = 1)] [Head(5)] public sealed partial class S;");
        yield return ("NormsApart", "[Decoder(3, 24, Norm = NormPlacement.Pre, FinalNorm = true)] [Embedding(17, 40)] [SelfAttention(3, Norm = NormPlacement.None, At = new[] { 0 })] [SelfAttention(3, At = new[] { 1, 2 })] [FeedForward(9, Activation.Relu, Norm = NormPlacement.Post)] [Logits] public sealed partial class S;");
        foreach ((int own, string stage, string part) in new[] { (31, "Encoder(2, 20, Norm = NormPlacement.Pre)", "2, HeadWidth = 9"), (20, "Decoder(2, 33)", "4, Gate = Gate.LayerScale"), (40, "Encoder(1, 17, Norm = NormPlacement.None, Bias = false)", "5, Residual = false"), (12, "Encoder(3, 48)", "3, BatchNorm = true") })
            yield return ($"Widening{own}", $"[{stage}] [{(own == 12 ? "Features(40" : "Embedding(17, 40")}, Width = {own})] [Positions(PositionKind.Sinusoidal)] [LayerNorm] [SelfAttention({part}, InputWidth = {own}, At = new[] {{ 0 }})] [FeedForward(9, Activation.Relu)] [SelfAttention(1, HeadWidth = 8, Name = \"second.{{layer}}\")] public sealed partial class S;");
        foreach ((string kind, int layers, int groups) in new[] { ("Encoder", 5, 2), ("Decoder", 7, 3) })
            yield return ($"Groups{groups}", $"[{kind}({layers}, 20, Shared = true, SharedGroups = {groups})] [Embedding(17, 40, Width = 11)] [SelfAttention(2)] [FeedForward(33, Activation.Gelu)] public sealed partial class S;");
        foreach (string norm in new[] { "Pre", "Post", "None", "Sandwich", "ResidualPost" })
            yield return ($"Replacing{norm}", $"[Encoder(3, 24, Norm = NormPlacement.{norm})] [Embedding(17, 40)] [SelfAttention(3, Residual = false)] [ExternalAttention(5, Residual = false, At = new[] {{ 0, 2 }})] [FeedForward(33, Activation.Gelu, Residual = false, Every = 2)] public sealed partial class S;");
        foreach ((int width, string more, string signal) in new[] { (24, "Norm = NormPlacement.Pre", "[StepSignal(PositionKind.SinusoidalTimescales)]"), (31, "Shared = true", "[StepSignal(PositionKind.SinusoidalTimescales, First = 3)]"), (20, "Shared = true, Norm = NormPlacement.Pre", ""), (33, "Shared = true", "[StepSignal(PositionKind.SinusoidalHalves, First = 1)]") })
            yield return ($"Shared{width}", $"[{(width == 33 ? "Decoder" : "Encoder")}(3, {width}, {more})] [Embedding(17, 40)] [Positions(PositionKind.SinusoidalTimescales)] {signal} [SelfAttention(1, Gate = Gate.Tanh)] [FeedForward(9, Activation.Relu, At = new[] {{ 1, 2 }})] public sealed partial class S;");
        foreach ((int width, string kind, string rule) in new[] { (24, "Encoder", "HaltingRule.Paper"), (31, "Decoder", "HaltingRule.Accumulated, Epsilon = 0.3"), (33, "Encoder", "HaltingRule.Tensor2Tensor, CopyHalted = true"), (48, "Decoder", "HaltingRule.Paper, CopyHalted = true") })
            yield return ($"Halting{width}", $"[{kind}(4, {width}, Norm = NormPlacement.Pre, Shared = {(width > 31 ? "true" : "false")})] [Embedding(17, 40)] [StepSignal(PositionKind.Sinusoidal)] [Halting({rule})] [SelfAttention(1)] [FeedForward(9, Activation.Relu)] public sealed partial class S;");
        foreach ((string kind, int width, string norm) in new[]
        {
            ("Decoder", 24, "Sandwich, Kind = NormKind.RmsPlusOne, FinalNorm = true"), ("Encoder", 31, "ResidualPost"), ("Encoder", 33, "Sandwich, Bias = false"),
            ("Decoder", 48, "ResidualPost, Kind = NormKind.Rms, Epsilon = 1e-3"), ("Encoder", 1, "Sandwich, Shared = true"),
        })
            yield return ($"Behind{width}", $"[{kind}(2, {width}, Norm = NormPlacement.{norm})] [Embedding(17, 40, Scale = 1.5)] [Positions(PositionKind.SinusoidalTimescales, Offset = 2)] [SelfAttention(1, HeadWidth = 5, BatchNorm = {(width == 31 ? "true" : "false")})] {(kind == "Encoder" ? "[ExternalAttention(5)] " : "")}[FeedForward(19, Activation.Silu, After = Activation.{(width == 33 ? "Gelu" : "Identity")})] {(width % 24 == 0 ? "[Logits(Scale = 0.25, SoftCap = 3, Tied = true)]" : "")} public sealed partial class S;");
        foreach ((string kind, int width, string parallel, string body) in new[]
        {
            ("Decoder", 24, "OneNorm", "[SelfAttention(3)] [FeedForward(33, Activation.Gelu)] [Logits]"),
            ("Decoder", 31, "OwnNorms, Kind = NormKind.Rms", "[StepSignal(PositionKind.Sinusoidal)] [Halting(HaltingRule.Accumulated, CopyHalted = true)] [SelfAttention(1, Kind = NormKind.Layer)] [FeedForward(9, Activation.Silu, Gated = true, Epsilon = 1e-3)]"),
            ("Encoder", 48, "OneNorm", "[SelfAttention(1, BatchNorm = true, Epsilon = 1e-3)] [ExternalAttention(5, Gate = Gate.Tanh)] [FeedForward(17, Activation.Relu, Gate = Gate.LayerScale)]"),
            ("Encoder", 20, "OneNorm", "[ExternalAttention(7, Every = 2)] [SelfAttention(2, At = new[] { 1 }, Kind = NormKind.Rms)] [FeedForward(40, Activation.Relu)]"),
            ("Encoder", 1, "OwnNorms", "[SelfAttention(1, HeadWidth = 3)] [FeedForward(16, Activation.Tanh)] [LayerNorm]"),
        })
            yield return ($"Parallel{width}", $"[{kind}(3, {width}, Norm = NormPlacement.Pre, Parallel = ParallelKind.{parallel})] [Embedding(17, 40)] {body} public sealed partial class S;");
        foreach ((string kind, int width, string tensor, string attention) in new[]
        {
            ("Encoder", 24, "SelfQueryKeyValue, \"{layer}.qkv.weight\", ByHead = true", "[SelfAttention(3, KeyBias = false)]"),
            ("Decoder", 20, "SelfQueryKeyValue, \"{layer}.qkv.weight\", ByHead = true, Transposed = true", "[SelfAttention(4, HeadWidth = 17)]"),
            ("Encoder", 31, "SelfQueryKeyValue, \"{layer}.qkv.weight\", ByHead = true", "[SelfAttention(1)]"),
            ("Encoder", 33, "SelfQueryKeyValue, \"{layer}.qkv.weight\", ByHead = true", "[LinformerAttention(3, 5, KeyValueHeads = 1, ProjectFirst = true)]"),
        })
            yield return ($"ByHead{width}", $"[{kind}(2, {width})] [Tensor(TensorRole.{tensor})] [Embedding(17, 40)] {attention} public sealed partial class S;");
        yield return ("Numbered", "[Decoder(3, 16, Prefix = \"blocks.{layer+1}\")] [Tensor(TensorRole.Embedding, \"words\")] [Tensor(TensorRole.Hidden, \"more.{layer+12}.weight\")] [Embedding(9, 20)] [SelfAttention(2, Name = \"{layer+1}.{layer}\")] [FeedForward(9, Activation.Relu, At = new[] { 0, 2 })] public sealed partial class S;");
        yield return ("ByHeadOfTwo", """
            [Encoder(1, 16)] [Embedding(9, 20)] [SelfAttention(2)] public sealed partial class A;
            [Decoder(2, 16)] [Tensor(TensorRole.CrossQueryKeyValue, "{layer}.qkv.weight", ByHead = true)] [Embedding(9, 40)] [SelfAttention(2)] [CrossAttention("a", heads: 4)] [Logits] public sealed partial class B;
            """);
        yield return ("ParallelOfTwo", """
            [Encoder(1, 16, Norm = NormPlacement.Pre, Parallel = ParallelKind.OwnNorms)] [Embedding(9, 20)] [SelfAttention(2)] [FeedForward(9, Activation.Gelu)] public sealed partial class A;
            [Decoder(2, 20, Norm = NormPlacement.Pre, Parallel = ParallelKind.OneNorm)] [Embedding(9, 40)] [SelfAttention(2)] [CrossAttention("a", SourceWidth = 16)] [FeedForward(9, Activation.Gelu)] [Logits] public sealed partial class B;
            """);
        foreach ((int width, string norm, string more) in new[] { (24, "Pre", ""), (31, "Post", ", Residual = false"), (48, "None", ", Bias = false"), (100, "Pre", "") })
            yield return ($"Gated{width}", $"[Encoder(2, {width}, Norm = NormPlacement.{norm})] [Embedding(17, 40)] [SelfAttention(1, Gate = Gate.Tanh{more})] [ExternalAttention(5, Gate = Gate.Tanh)] [FeedForward(33, Activation.Gelu, Gate = Gate.Tanh{more})] [FeedForward(9, Activation.Relu, Name = \"layers.{{layer}}.second\", Gate = Gate.Tanh)] public sealed partial class S;");
        foreach ((int width, string norm, string more) in new[] { (24, "Pre", ""), (31, "Post", ", Residual = false"), (48, "None", ", BatchNorm = true"), (1, "Post", "") })
            yield return ($"Scaled{width}", $"[{(width == 31 ? "Decoder" : "Encoder")}(2, {width}, Norm = NormPlacement.{norm})] [Embedding(17, 40)] [SelfAttention(1, HeadWidth = 9, Gate = Gate.LayerScale{more})] [FeedForward(33, Activation.Gelu, Gate = Gate.LayerScale, Bias = false{more})] [FeedForward(9, Activation.Relu, Name = \"layers.{{layer}}.second\", Gate = Gate.Tanh)] public sealed partial class S;");
        yield return ("GatedLogits", "[Decoder(2, 20)] [Embedding(17, 40)] [SelfAttention(2)] [FeedForward(9, Activation.Relu, Gate = Gate.Tanh)] public sealed partial class S;");
        foreach ((int width, int memory, string more) in new[] { (20, 1, ""), (31, 16, ", Bias = true"), (48, 33, ""), (16, 17, ", Bias = true"), (33, 64, "") })
            yield return ($"External{memory}", $"[Encoder(2, {width})] [Embedding(17, 40)] [ExternalAttention({memory}{more})] [FeedForward(9, Activation.Relu)] public sealed partial class S;");
        foreach ((int width, int memory, string more) in new[] { (20, 7, "Heads = 4, Bias = true"), (24, 33, "Heads = 3, Expansion = 2"), (32, 16, "Heads = 4, Expansion = 4, Bias = true, QueryBias = false"), (48, 64, "Heads = 1"), (34, 5, "Heads = 2, Bias = true, OutputBias = false"), (100, 31, "Heads = 2") })
            yield return ($"ExternalHeads{memory}", $"[Encoder(2, {width})] [Embedding(17, 40)] [ExternalAttention({memory}, {more})] [FeedForward(9, Activation.Relu)] public sealed partial class S;");
        foreach (string norm in new[] { "Pre", "Post", "None" })
        {
            yield return ($"Batch{norm}", $"[Encoder(2, 20, Norm = NormPlacement.{norm}, Epsilon = 1e-3)] [Embedding(17, 40)] [SelfAttention(4, BatchNorm = true, OutputBias = false, After = Activation.Gelu)] [FeedForward(9, Activation.Relu, BatchNorm = true, Residual = false)] [ExternalAttention(7, BatchNorm = true, Residual = false, After = Activation.Relu)] public sealed partial class S;");
            yield return ($"BatchOfDecoder{norm}", $"[Decoder(2, 19, Norm = NormPlacement.{norm})] [Embedding(17, 40)] [SelfAttention(3, HeadWidth = 5, BatchNorm = true, Every = 2)] [FeedForward(9, Activation.Relu, BatchNorm = true, After = Activation.Silu)] [Logits] public sealed partial class S;");
        }

        string[] scored =
        [
            "[Encoder(1, 24)] [Embedding(41, 40)] [SelfAttention(1)] [Linear(24, Activation = Activation.Gelu)] [LayerNorm] [Logits(Tied = true, Bias = true)]",
            "[Encoder(1, 31)] [Embedding(33, 40)] [TokenTypes(2)] [SelfAttention(1, Capture = true)] [Logits]",
            "[Encoder(2, 20, Norm = NormPlacement.Pre)] [Embedding(17, 40, Padding = 3)] [SelfAttention(1)] [Linear(9)] [L2Normalize] [Logits(Bias = false)]",
            "[Encoder(0, 33)] [Embedding(3, 39)] [Logits(Tied = true)]",
            "[Encoder(1, 20)] [Embedding(16, 40)] [Labels] [SelfAttention(2, Labels = LabelRule.Equal)] [Logits]",
            "[Encoder(1, 20)] [Embedding(5, 9)] [Segment(44, 31)] [SelfAttention(2)] [Logits]",
            "[Encoder(2, 20)] [Embedding(70, 40, Width = 12)] [Recurrent(CellKind.Gru)] [Linear(12)] [Logits(Tied = true)]",
        ];
        for (int i = 0; i < scored.Length; i++)
            yield return ($"Scored{i}", scored[i]);
        yield return ("ScoredBetween", """
            [Encoder(1, 16, Prefix = "a")] [Embedding(19, 40)] [SelfAttention(2)] public sealed partial class A;
            [Encoder(1, 24, Prefix = "b")] [Embedding(19, 40)] [SelfAttention(2)] [CrossAttention("A", SourceWidth = 16)] [Linear(11, Activation = Activation.Silu)] [Logits] public sealed partial class B;
            [Decoder(1, 24)] [Embedding(19, 40, Shares = "B")] [SelfAttention(2)] [CrossAttention("B")] [Logits(Tied = true)] public sealed partial class C;
            """);
        string[] units = ["1, Activation.Silu", "7, Activation.Gelu, Bias = false", "16, Activation.Sigmoid, HiddenBias = false", "17, Activation.Identity", "33, Activation.GeluTanh, Gate = Gate.Tanh", "64, Activation.Relu, BatchNorm = true", "97, Activation.QuickGelu, OutputBias = false", "48, Activation.Tanh, After = Activation.Silu"];
        for (int i = 0; i < units.Length; i++)
            yield return ($"Glu{i}", $"[{(i % 2 == 0 ? "Encoder" : "Decoder")}(2, {new[] { 24, 31, 20, 33 }[i % 4]}, Norm = NormPlacement.{(i % 3 == 0 ? "Pre" : "Post")})] [Embedding(17, 40)] [SelfAttention(1)] [FeedForward({units[i]}, Gated = true)] public sealed partial class S;");
        yield return ("Chain", """
            [Encoder(1, 20)] [Patches(8, 2)] [ClassToken] [SelfAttention(4)] [Pooling(PoolingKind.Mean)] public sealed partial class Eyes;
            [Encoder(2, 20, Prefix = "b")] [Input(from: "eyes")] [Positions(PositionKind.Learned)] [SelfAttention(2)] public sealed partial class Middle;
            [Encoder(1, 33, Prefix = "c", Norm = NormPlacement.Pre)] [Input(from: "middle", SourceWidth = 20)] [ClassToken] [SelfAttention(3)] [Head(4)] public sealed partial class Ears;
            [Encoder(0, 20, Prefix = "d")] [Input(from: "middle")] [L2Normalize] public sealed partial class Nose;
            [Decoder(1, 20)] [Embedding(9, 40)] [CrossAttention("middle", heads: 2)] [Logits] public sealed partial class Mouth;
            """);
        yield return ("SomeLayers", """
            [Encoder(1, 16)] [Embedding(9, 20)] [SelfAttention(2)] public sealed partial class A;
            [Decoder(5, 20, Norm = NormPlacement.Pre)] [Embedding(9, 40)] [CrossAttention("a", heads: 2, SourceWidth = 16, Every = 2)] [FeedForward(17, Activation.Relu, At = new[] { 1, 4 })] [SelfAttention(2)] [FeedForward(9, Activation.Silu, Name = "layers.{layer}.second")] [Logits] public sealed partial class B;
            """);
        yield return ("SomeBiases", """
            [Encoder(1, 16)] [Embedding(9, 20)] [SelfAttention(2, QueryBias = false)] [FeedForward(9, Activation.Gelu, HiddenBias = false)] public sealed partial class A;
            [Decoder(2, 16)] [Embedding(9, 40)] [SelfAttention(2, Bias = false, OutputBias = true)] [CrossAttention("a", KeyBias = false, ValueBias = false)] [FeedForward(9, Activation.Silu, Bias = false, OutputBias = true)] [Logits(Tied = true, Bias = true)] public sealed partial class B;
            """);
        yield return ("Shared", """
            [Encoder(1, 24)] [Embedding(19, 40, Scaled = true, Name = "words")] [SelfAttention(2)] public sealed partial class A;
            [Decoder(1, 24)] [Embedding(19, 40, Shares = "A")] [SelfAttention(2, Bias = false)] [CrossAttention("A")] [FeedForward(10, Activation.Silu)] [Logits(Tied = true)] public sealed partial class B;
            """);
    }
}
