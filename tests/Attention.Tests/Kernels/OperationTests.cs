using Attention.Dsl;
using Attention.Tests.Models;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>
/// Every operation on every instruction set at awkward shapes: one, primes, one less and one more than a vector, a tile or
/// a panel, against the float64 reference of the graph.
/// </summary>
public class OperationTests(ITestOutputHelper output)
{
    private static readonly Lazy<Dictionary<string, CompiledModel>> s_products = new(() => CompiledModel.Compile([.. Products()]));
    private static readonly Lazy<Dictionary<string, CompiledModel>> s_attentions = new(() => CompiledModel.Compile([.. Attentions()]));
    private static readonly Lazy<Dictionary<string, CompiledModel>> s_parts = new(() => CompiledModel.Compile([.. Parts()]));

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Products_of_any_shape(InstructionSet instructionSet) => CheckAll(s_products.Value, instructionSet, [.. Enumerable.Range(1, 20), 23, 24, 25, 31, 40]);

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Attention_of_any_shape(InstructionSet instructionSet) => CheckAll(s_attentions.Value, instructionSet, [.. Enumerable.Range(1, 18), 31, 32, 33, 63, 64, 65, 97]);

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Every_part_and_option(InstructionSet instructionSet) => CheckAll(s_parts.Value, instructionSet, [1, 2, 3, 5, 8, 9, 15, 16, 17, 33, 40]);

    [Fact]
    public void Fusing_changes_no_value()
    {
        foreach (CompiledModel model in s_parts.Value.Values.Concat(s_attentions.Value.Values))
        {
            Dictionary<string, int[]> tokens = TokensOf(model, 7, new Random(5));
            foreach (string stage in model.Stages.Select(stage => stage.Name))
            {
                double[][] built = model.Wide.Run(stage, tokens), fused = model.Fused.Run(stage, tokens);
                for (int row = 0; row < built.Length; row++)
                    Assert.All(built[row].Zip(fused[row]), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
            }
        }
    }

    private void CheckAll(Dictionary<string, CompiledModel> models, InstructionSet instructionSet, int[] lengths)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        double worst = 0;
        foreach (CompiledModel model in models.Values)
        {
            CompiledSession session = model.CreateSession(instructionSet);
            var random = new Random(7);
            foreach (int length in lengths.Where(length => length <= model.Stages.Min(stage => stage.Length)))
                worst = Math.Max(worst, session.Check(TokensOf(model, length, random)));
        }

        Assert.True(worst > 0);
        output.WriteLine($"{models.Count} models, largest error: {worst:F3} of what is allowed");
    }

    /// <summary>Random tokens for every stage; the last stage gets the length asked for, the others one of their own.</summary>
    internal static Dictionary<string, int[]> TokensOf(CompiledModel model, int length, Random random) => model.Stages.ToDictionary(
        stage => stage.Name,
        stage => Enumerable.Range(0, stage == model.Stages[^1] ? length : random.Next(1, stage.Length + 1)).Select(_ => random.Next(stage.Vocabulary)).ToArray());

    private static IEnumerable<(string Name, string Body)> Products()
    {
        (int K, int N)[] shapes =
        [
            (1, 1), (1, 17), (2, 3), (3, 2), (5, 7), (7, 16), (8, 15), (15, 33), (16, 48), (17, 31), (33, 64), (48, 65), (49, 80), (64, 81),
            (87, 87), (96, 97), (100, 112), (129, 96), (50, 145), (12, 176),
        ];
        string[] activations = ["Identity", "Relu", "Gelu", "GeluTanh", "Silu"];
        for (int i = 0; i < shapes.Length; i++)
        {
            (int k, int n) = shapes[i];
            string bias = i % 3 == 2 ? ", Bias = false" : "";
            yield return ($"Rows{k}x{n}", $"[Encoder(0, {k})] [Embedding(11, 40)] [Linear({n}, Activation = Activation.{activations[i % 5]}{bias})] public sealed partial class S;");

            // A decoder writes into the caller's rows, which have no padding.
            if (i % 2 == 0 || n % 16 != 0)
                yield return ($"Caller{k}x{n}", $"[Decoder(0, {k})] [Embedding({n}, 40)] [Logits({(i % 2 == 1 ? "Tied = true" : "")})] public sealed partial class S;");
        }
    }

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
        yield return ("CrossOfEncoder", """
            [Encoder(1, 20, Prefix = "a")] [Embedding(9, 40)] [SelfAttention(4)] [Pooling(PoolingKind.Mean)] public sealed partial class A;
            [Encoder(1, 20, Prefix = "b")] [Embedding(9, 33)] [SelfAttention(2)] public sealed partial class B;
            [Encoder(2, 20)] [Embedding(9, 70)] [CrossAttention("a", heads: 4)] [CrossAttention("b", heads: 2, Name = "layers.{layer}.second")] public sealed partial class C;
            """);
    }

    private static IEnumerable<(string Name, string Body)> Parts()
    {
        int n = 0;
        foreach (string norm in new[] { "", ", Norm = NormPlacement.Pre" })
        {
            foreach (string more in new[] { "", ", FinalNorm = true", ", Bias = false", ", FinalNorm = true, Bias = false, Epsilon = 1e-3" })
            {
                int width = new[] { 12, 16, 20, 31, 33, 48, 50, 100 }[n % 8];
                string positions = new[] { "", "[Positions(PositionKind.Sinusoidal)]", "[Positions(PositionKind.Learned)] [LayerNorm]", "[LayerNorm(Epsilon = 1e-2)] [Positions(PositionKind.Sinusoidal)]" }[n % 4];
                string pooling = new[] { "", "[Pooling(PoolingKind.Mean)]", "[Pooling(PoolingKind.First)] [L2Normalize]", "[Pooling(PoolingKind.Max)] [LayerNorm] [Linear(7)]", "[L2Normalize]", "[Linear(19)] [L2Normalize]", "[LayerNorm]" }[n % 7];
                string activation = new[] { "Relu", "Gelu", "GeluTanh", "Silu", "Identity" }[n % 5];
                string scaled = n % 2 == 0 ? ", Scaled = true" : "";
                string body = $"[SelfAttention(1)] [FeedForward({(2 * width) + 1}, Activation.{activation})]";
                yield return ($"Encoder{n}", $"[Encoder(2, {width}{norm}{more})] [Embedding(17, 40{scaled})] {positions} {body} {pooling} public sealed partial class S;");
                string output = new[] { "[Logits]", "[Logits(Tied = true)]", "[Logits(Bias = false)]", "", "[LayerNorm] [Logits]", "[Linear(9)] [L2Normalize]", "[Pooling(PoolingKind.Mean)] [Linear(3)]", "[Linear(11, Activation = Activation.Gelu)]" }[n % 8];
                yield return ($"Decoder{n}", $"[Decoder(2, {width}{norm}{more})] [Embedding(17, 40{scaled})] {positions} {body} {output} public sealed partial class S;");
                n++;
            }
        }

        yield return ("Shared", """
            [Encoder(1, 24)] [Embedding(19, 40, Scaled = true, Name = "words")] [SelfAttention(2)] public sealed partial class A;
            [Decoder(1, 24)] [Embedding(19, 40, Shares = "A")] [SelfAttention(2, Bias = false)] [CrossAttention("A")] [FeedForward(10, Activation.Silu)] [Logits(Tied = true)] public sealed partial class B;
            """);
    }
}
