using Attention.Dsl;
using Attention.Tests.Generator;
using Attention.Tests.Models;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>Recurrent layers of any shape, and what their states attend to.</summary>
public sealed class RecurrenceTests(ITestOutputHelper output) : OperationTests(output)
{
    private static readonly Lazy<Dictionary<string, CompiledModel>> s_models = new(() => CompiledModel.Compile([.. Recurrences()]));

    internal override Dictionary<string, CompiledModel> Models => s_models.Value;

    protected override int[] Lengths => [.. Enumerable.Range(1, 9), 15, 31, 33, 40];

    internal static IEnumerable<(string Name, string Body)> Recurrences()
    {
        string[] cells = ["CellKind.Gru", "CellKind.Lstm", "CellKind.Gru, ResetBefore = true", "CellKind.Lstm, Gates = GateOrder.Onnx", "CellKind.Gru, Gates = GateOrder.Keras, StateBias = false", "CellKind.Gru, ResetBefore = true, Gates = GateOrder.Onnx", "CellKind.Lstm, Gates = GateOrder.Keras, StateBias = false"];
        int[] widths = [1, 2, 7, 8, 16, 17, 24, 33, 48, 50];
        for (int i = 0; i < widths.Length; i++)
        {
            string cell = cells[i % cells.Length], bias = i % 4 == 3 ? ", Bias = false" : "";
            string source = new[] { "[Embedding(11, 40)]", "[Embedding(11, 40, Width = 9, Scaled = true)] [Positions(PositionKind.Sinusoidal)]", "[Features(40, Width = 5)]", "[Patches(6, 2)] [ClassToken]" }[i % 4];
            yield return ($"Encoder{i}", $"[Encoder({1 + (i % 3)}, {widths[i]}{bias})] {source} [Recurrent({cell}{(widths[i] % 2 == 0 ? ", Bidirectional = true" : "")})] {new[] { "", "[Pooling(PoolingKind.Mean)]", "[Linear(5)]" }[i % 3]} public sealed partial class S;");
            yield return ($"Decoder{i}", $"[Decoder({1 + (i % 3)}, {widths[i]}{bias})] [Embedding(13, 40{(i % 2 == 0 ? ", Width = 6" : "")})] [Recurrent({cell})] {(i % 2 == 0 ? "[Logits]" : "[Logits(Tied = true)]")} public sealed partial class S;");
        }

        string[] attentions =
        [
            "[AdditiveAttention(\"a\", 10)] [Recurrent({0})]", "[AdditiveAttention(\"a\", 17, Bias = true, ContextFirst = true)] [Recurrent({0})] [DeepOutput]", "[AdditiveAttention(\"a\", 5, Activation = Activation.Relu, KeyBias = true)] [Recurrent({0})] [DeepOutput(Width = 9, Maxout = true, PreviousState = true)]",
            "[AdditiveAttention(\"a\", 32, QueryBias = true)] [Recurrent({0})] [DeepOutput(Context = false)]", "[AdditiveAttention(\"a\", 8)] [Recurrent({0})] [DeepOutput(Width = 20, Input = false)]",
            "[Recurrent({0})] [LuongAttention(\"a\", ScoreKind.Dot)]", "[Recurrent({0})] [LuongAttention(\"a\", ScoreKind.Dot, InputFeeding = true)] [DeepOutput]", "[Recurrent({0})] [LuongAttention(\"a\", ScoreKind.General, QueryBias = true, OutputBias = true)]",
            "[Recurrent({0})] [LuongAttention(\"a\", ScoreKind.General, MapKeys = true, InputFeeding = true)]", "[Recurrent({0})] [LuongAttention(\"a\", ScoreKind.Concat, InputFeeding = true, ScoreWidth = 11)]", "[Recurrent({0})] [LuongAttention(\"a\", ScoreKind.Concat, Activation = Activation.Identity)]",
            "[Recurrent({0})] [LuongAttention(\"a\", ScoreKind.Additive, QueryBias = true, InputFeeding = true)]", "[AdditiveAttention(\"a\", 9, Gate = true)] [Recurrent({0})] [DeepOutput]",
            "[Recurrent({0})] [LuongAttention(\"a\", ScoreKind.General, Window = 3, InputFeeding = true)]", "[Recurrent({0})] [LuongAttention(\"a\", ScoreKind.Dot, Window = 5, Centre = CentreKind.Predicted)]",
            "[Recurrent({0})] [LuongAttention(\"a\", ScoreKind.Concat, Window = 40, Centre = CentreKind.Predicted, InputFeeding = true)]",
            "[Recurrent({0})] [LuongAttention(\"a\", ScoreKind.General, Weighting = WeightingKind.Argmax, InputFeeding = true)]", "[Recurrent({0})] [LuongAttention(\"a\", ScoreKind.Dot, Weighting = WeightingKind.Sampled, Seed = 3)]",
        ];
        string[] bridges = ["", "[Bridge(\"a\")]", "[Bridge(\"a\", Map = true, Activation = Activation.Tanh)]", "[Bridge(\"a\", Take = BridgeSource.Mean, Map = true, Bias = false)]", "[Bridge(\"a\", Take = BridgeSource.Backward, Map = true)]"];
        for (int i = 0; i < attentions.Length; i++)
        {
            int layers = i % 5 < 2 ? 2 : 1;
            yield return ($"Attending{i}", $"""
                [Encoder({layers}, 18)] [Embedding(9, 37, Width = 7)] [Recurrent({cells[i % cells.Length]}, Bidirectional = true)] public sealed partial class A;
                [Decoder({layers}, 18)] [Embedding(8, 40, Width = 12)] {bridges[i % 5]} {attentions[i].Replace("{0}", cells[i % cells.Length], StringComparison.Ordinal)} [Logits] public sealed partial class B;
                """);
        }

        for (int i = 0; i < 6; i++)
            yield return ($"Reading{i}", $"[Decoder(1, {widths[i + 2]})] [Embedding(13, 40{(i % 2 == 0 ? ", Width = 6" : "")})] [IntraAttention({new[] { 1, 7, 16, 20 }[i % 4]})] [Recurrent({cells[i % cells.Length]})] [Logits] public sealed partial class S;");
        yield return ("Handed", """
            [Encoder(2, 20, Prefix = "a")] [Embedding(9, 37)] [Recurrent(CellKind.Lstm)] public sealed partial class A;
            [Decoder(2, 20, Prefix = "b")] [Embedding(9, 40)] [Bridge("a")] [Recurrent(CellKind.Lstm)] public sealed partial class B;
            [Encoder(1, 12, Prefix = "c")] [Input(from: "a", SourceWidth = 20)] [SelfAttention(3)] public sealed partial class C;
            """);
        yield return ("Sigmoids", "[Encoder(0, 12)] [Embedding(9, 40)] [Linear(83, Activation = Activation.Sigmoid)] [LayerNorm] [Pooling(PoolingKind.Max)] [Linear(70, Activation = Activation.Sigmoid)] [L2Normalize] public sealed partial class S;");
        yield return ("Factorised", "[Encoder(1, 20)] [Embedding(9, 40, Width = 7)] [Positions(PositionKind.Learned)] [LayerNorm] [SelfAttention(4)] [FeedForward(9, Activation.Sigmoid)] public sealed partial class S;");
    }

    private static readonly Lazy<Dictionary<string, CompiledModel>> s_near = new(() => CompiledModel.Compile([.. new[] { "", ", InputFeeding = true" }.Select(fed => (fed.Length == 0 ? "Once" : "Fed", $"""
        [Encoder(0, 12)] [Features(100)] public sealed partial class A;
        [Decoder(1, 12)] [Embedding(9, 90)] [Recurrent(CellKind.Gru)] [LuongAttention("a", ScoreKind.Dot, Window = 2{fed})] public sealed partial class B;
        """))]));

    /// <summary>What stands beyond the window reaches no row, and is not scored but with what is near.</summary>
    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void What_is_not_near_does_not_reach_a_row(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach ((string name, CompiledModel model) in s_near.Value)
        {
            CompiledSession session = model.CreateSession(instructionSet);
            int[] tokens = [.. Enumerable.Range(0, 90).Select(i => i % 9)];
            foreach (int keys in new[] { 100, 33, 1 })
            {
                float[] sound = StageInput.Random(model.Stages[0], keys, new Random(keys)).Values;
                int[] expected = Bits(sound);
                foreach (int hard in new[] { 0, keys / 2, keys - 1 })
                {
                    float[] spoilt = [.. sound];
                    spoilt.AsSpan(12 * hard, 12).Fill(float.NaN);
                    int[] actual = Bits(spoilt);
                    int reached = -1;
                    for (int row = 0; row < tokens.Length; row++)
                    {
                        bool isNear = Math.Abs(Math.Min(row, keys - 1) - hard) <= 2;
                        if (isNear && reached < 0)
                            reached = row;
                        bool isSame = expected.AsSpan(12 * row, 12).SequenceEqual(actual.AsSpan(12 * row, 12));
                        Assert.True(isSame == !(isNear || (name == "Fed" && reached >= 0)), $"{name} on {instructionSet}, {keys} keys: row {row}, NaN at {hard}");
                    }
                }
            }

            int[] Bits(float[] source)
            {
                session.Poison();
                session.Forward("A", new StageInput([], [], source));
                return [.. session.Forward("B", new StageInput(tokens, [], [])).Select(BitConverter.SingleToInt32Bits)];
            }
        }
    }

    [Fact]
    public void Only_panels_near_a_place_are_scored()
    {
        GeneratorRun run = GeneratorRun.Of("""
            using Attention.Dsl;
            [AttentionModel] public sealed partial class Near
            {
                [Encoder(0, 12)] [Features(100)] public sealed partial class A;
                [Decoder(1, 12)] [Embedding(9, 90)] [Recurrent(CellKind.Gru)] [LuongAttention("a", ScoreKind.Dot, Window = 2)] public sealed partial class B;
            }
            """);
        string[] kernels = [.. run.Files.Select(file => file.SourceText.ToString()).Where(text => text.Contains("LocalWeights.Bounds", StringComparison.Ordinal))];
        Assert.NotEmpty(kernels);
        Assert.All(kernels, text =>
        {
            Assert.Contains("LocalWeights.Bounds(tall, 2, keys, ref Unsafe.Add(ref q, 12),", text, StringComparison.Ordinal);
            Assert.Contains("int from = Math.Min(begins, keys - 1) & ~31;", text, StringComparison.Ordinal);
            Assert.Contains("Scores_12(tall, Math.Max(1, (visible - from + 31) / 32), ref q, ref Unsafe.Add(ref headKeys, from * (nint)12)", text, StringComparison.Ordinal);
            Assert.Contains("(tall, visible - begins, begins, ref Unsafe.Add(ref scores, begins)", text, StringComparison.Ordinal);
        });
    }
}
