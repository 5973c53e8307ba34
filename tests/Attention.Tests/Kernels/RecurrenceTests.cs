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
}
