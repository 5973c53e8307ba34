using Attention.Bench;
using Attention.Dsl;
using Attention.Runtime;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>What the catalogue says of values that no model shows, but that follow from what models show.</summary>
public sealed class ImpliedOutputTests(ITestOutputHelper output)
{
    private static IEnumerable<InstructionSet> Supported => Enum.GetValues<InstructionSet>().Where(InstructionSets.IsSupported);

    /// <summary>A decoder begins with what an LSTM's cells hold. One whose gates forget nothing and take nothing in gives the hyperbolic tangent of it.</summary>
    [Theory]
    [InlineData("catalogue/lstm", 32, 32, false)]
    [InlineData("onnx/test_lstm_reverse", 3, 2, true)]
    [InlineData("onnx/test_lstm_bidirectional", 3, 2, false)]
    public void What_cells_hold_agrees(string name, int states, int inputs, bool isBackward)
    {
        var golden = new GoldenFile(name);
        bool isOnnx = golden.Has("output.Y_c");
        float[] rows = golden.Floats(isOnnx ? "input.X" : "golden.input.rows"), expected = golden.Floats(isOnnx ? "output.Y_c" : "golden.output.c");
        int directions = isOnnx ? 2 : 1, width = directions * states, first = isBackward ? 1 : 0;
        CompiledModel model = CompiledModel.Compile("Cells", $$"""
            [Encoder(layers: 1, width: {{width}}, Prefix = ""), Features({{rows.Length / inputs}}{{(inputs == width ? "" : $", Width = {inputs}")}}), Recurrent(CellKind.Lstm{{(isOnnx ? ", Gates = GateOrder.Onnx, Bidirectional = true" : "")}})] public sealed partial class Source;
            [Decoder(layers: 1, width: {{width}}, Prefix = "reader"), Embedding(1, 1), Bridge("source"), Recurrent(CellKind.Lstm)] public sealed partial class Reader;
            """);
        var tensors = new Dictionary<string, (int[] Shape, float[] Values)>
        {
            ["reader.embedding.weight"] = ([1, width], new float[width]),
            ["reader.rnn.weight_ih_l0"] = ([4 * width, width], new float[4 * width * width]),
            ["reader.rnn.weight_hh_l0"] = ([4 * width, width], new float[4 * width * width]),
            ["reader.rnn.bias_ih_l0"] = ([4 * width], [.. Enumerable.Range(0, 4 * width).Select(i => (i / width) switch { 0 => -60f, 2 => 0f, _ => 60f })]),
            ["reader.rnn.bias_hh_l0"] = ([4 * width], new float[4 * width]),
        };
        for (int direction = 0; direction < directions; direction++)
        {
            foreach ((string tensor, string of, int columns) in new[] { ("weight_ih", "W", inputs), ("weight_hh", "R", states), ("bias_ih", "", 1), ("bias_hh", "", 1) })
            {
                int size = 4 * states * columns;
                string stored = isOnnx ? "input." + of : $"rnn.{tensor}_l0";
                float[] values = !golden.Has(stored) || direction < first ? new float[size] : golden.Floats(stored).AsSpan((direction - first) * size, size).ToArray();
                tensors.Add($"rnn.{tensor}_l0{(direction == 0 ? "" : "_reverse")}", (columns == 1 ? [4 * states] : [4 * states, columns], values));
            }
        }

        double worst = 0;
        foreach (InstructionSet set in Supported)
        {
            CompiledSession session = model.CreateSession(set, checkpoint: TensorFile.Of(tensors));
            session.Poison();
            session.Forward("Source", new StageInput([], [], rows));
            float[] held = [.. session.Decoder("Reader").Step([0]).ToArray().Skip(first * states).Select(state => (float)Math.Atanh(state))];
            Assert.Equal(expected.Length, held.Length);
            worst = Math.Max(worst, RowError.Of<float>(expected, held).Relative);
        }

        output.WriteLine($"largest error: {worst:E1}");
        Assert.InRange(worst, 1e-9, 1e-5);
    }

    /// <summary>
    /// A row's share in a layer is how far apart two rules of joining are in every channel, <c>result + u · new</c> and <c>u · new + result − u</c>: it is the same for both,
    /// so that it follows from models of so many layers and of one less. A row takes as many layers as it has shares, and what it has left is its last one, where they make 1.
    /// </summary>
    [Theory]
    [InlineData(false, "accumulated", "t2t", "paper")]
    [InlineData(true, "paper.copy_halted")]
    public void Layers_until_rows_halt_agree(bool copies, params string[] kinds)
    {
        const int layers = 6, rows = 12, width = 32;
        var golden = new GoldenFile("catalogue/universal_transformer");
        HaltingRule[] rules = [HaltingRule.Accumulated, HaltingRule.Tensor2Tensor];
        Dictionary<string, CompiledModel> models = CompiledModel.Compile([.. Enumerable.Range(1, layers).SelectMany(count => rules.Select(rule => ($"{rule}{count}", $"""
            [AttentionModel(Unread = ["golden.*", "norm.*"])]
            [Tensor(TensorRole.Halting, "halting.weight"), Tensor(TensorRole.SelfQueryKeyValue, "layer.self_attn.in_proj_weight"), Tensor(TensorRole.SelfOutput, "layer.self_attn.out_proj.weight")]
            [Tensor(TensorRole.SelfNorm, "layer.norm1.weight"), Tensor(TensorRole.Hidden, "layer.linear1.weight"), Tensor(TensorRole.Contract, "layer.linear2.weight"), Tensor(TensorRole.FeedForwardNorm, "layer.norm2.weight")]
            [Encoder(layers: {count}, width: {width}, Norm = NormPlacement.Pre, Shared = true, Prefix = ""), Features({rows}), StepSignal(PositionKind.SinusoidalTimescales)]
            [Halting(HaltingRule.{rule}{(copies ? ", CopyHalted = true" : "")}), SelfAttention(heads: 4), FeedForward(64, Activation.Relu)]
            public sealed partial class {rule}{count};
            """)))]);
        (float[] Updates, float[] Remainders)[] expected = [.. kinds.Select(kind => (golden.Floats($"golden.output.{kind}.updates"), golden.Floats($"golden.output.{kind}.remainders")))];
        Assert.All(expected, of => Assert.True(of.Updates.Distinct().Count() > 2));
        double worst = 0;
        foreach (InstructionSet set in Supported)
        {
            double[][] results = [.. rules.SelectMany(rule => Enumerable.Range(0, layers + 1).Select(count => count == 0 ? new double[rows * width] : Run($"{rule}{count}")))];
            for (int row = 0; row < rows; row++)
            {
                double[] shares = [.. Enumerable.Range(1, layers).Select(count => Enumerable.Range(row * width, width).Average(i =>
                    results[count][i] - results[count - 1][i] - (results[layers + 1 + count][i] - results[layers + count][i])))];
                int taken = shares.Count(share => share != 0);
                Assert.All(shares.Skip(taken), share => Assert.Equal(0, share));
                double left = Math.Abs(shares.Sum() - 1) < 1e-4 ? shares[taken - 1] : 0;
                foreach ((float[] updates, float[] remainders) in expected)
                {
                    Assert.Equal(updates[row], taken);
                    worst = Math.Max(worst, Math.Abs(left - remainders[row]));
                }
            }

            double[] Run(string model)
            {
                using FileStream checkpoint = File.OpenRead(golden.Path);
                return [.. models[model].CreateSession(set, checkpoint: checkpoint).Forward(model, new StageInput([], [], golden.Floats("golden.input.rows"))).Select(value => (double)value)];
            }
        }

        output.WriteLine($"largest error of what is left: {worst:E1}");
        Assert.InRange(worst, 1e-9, 1e-5);
    }

    /// <summary>
    /// Where the first row's window stands: the weights in it differ from those of the same scores without a window by a normal curve around the place, whose logarithm falls
    /// by the same from key to key. Later rows take the first's result in, which differs.
    /// </summary>
    [Fact]
    public void The_place_that_a_state_predicts_agrees()
    {
        const int window = 2;
        var golden = new GoldenFile("catalogue/luong_local_p");
        string Declaration(string name, string local, string unread) => $$"""
            [AttentionModel(Unread = ["golden.*"{{unread}}])]
            public sealed partial class {{name}}
            {
                [Encoder(layers: 1, width: 24, Prefix = "encoder"), Embedding(32, length: 12, Width = 16, Name = "encoder.embeddings.make_embedding.emb_luts.0"), Recurrent(CellKind.Lstm, Bidirectional = true)]
                public sealed partial class Source;

                [Tensor(TensorRole.RecurrentInput, "decoder.rnn.layers.{layer}.weight_ih"), Tensor(TensorRole.RecurrentState, "decoder.rnn.layers.{layer}.weight_hh"), Tensor(TensorRole.AlignmentQuery, "decoder.attn.linear_in.weight")]
                [Tensor(TensorRole.AlignmentOutput, "decoder.attn.linear_out.weight")]{{(unread.Length > 0 ? "" : "[Tensor(TensorRole.AlignmentCentre, \"decoder.attn.W_p.weight\"), Tensor(TensorRole.AlignmentPlace, \"decoder.attn.v_p.weight\")]")}}
                [Decoder(layers: 1, width: 24, Prefix = "decoder"), Embedding(32, length: 8, Width = 16, Name = "decoder.embeddings.make_embedding.emb_luts.0"), Bridge(nameof(Source))]
                [Recurrent(CellKind.Lstm), LuongAttention(nameof(Source), ScoreKind.General, InputFeeding = true, Capture = true{{local}}), Logits(Name = "generator")]
                public sealed partial class Target;
            }
            """;
        Dictionary<string, CompiledModel> models = CompiledModel.Compile(
            ("Near", Declaration("Near", $", Window = {window}, Centre = CentreKind.Predicted", "")), ("Everywhere", Declaration("Everywhere", "", ", \"decoder.attn.W_p.*\", \"decoder.attn.v_p.*\"")));
        double expected = golden.Floats("golden.output.centres")[0], worst = 0;
        foreach (InstructionSet set in Supported)
        {
            float[] near = Weights("Near"), everywhere = Weights("Everywhere");
            int[] keys = [.. Enumerable.Range(0, near.Length).Where(key => near[key] > 0)];
            Assert.True(keys.Length > 3);
            foreach (int key in keys.SkipLast(1))
            {
                double falls = Math.Log(near[key] / (double)everywhere[key]) - Math.Log(near[key + 1] / (double)everywhere[key + 1]), variance = window / 2.0 * (window / 2.0);
                worst = Math.Max(worst, Math.Abs(key + 0.5 - (variance * falls) - expected));
            }

            float[] Weights(string name)
            {
                using FileStream checkpoint = File.OpenRead(golden.Path);
                CompiledSession session = models[name].CreateSession(set, new SessionSettings { CaptureAttention = true }, checkpoint: checkpoint);
                session.Forward("Source", new StageInput(golden.Ids("golden.input.source"), [], []));
                session.Forward("Target", new StageInput(golden.Ids("golden.input.target"), [], []));
                return session.Weights("Target", "CrossAttentionWeights")[0, 0, 0].ToArray();
            }
        }

        output.WriteLine($"largest error: {worst:E1}");
        Assert.InRange(worst, 1e-9, 1e-5 * golden.Ids("golden.input.source").Length);
    }
}
