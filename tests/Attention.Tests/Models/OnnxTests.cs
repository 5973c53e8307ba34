using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Attention.Bench;
using Attention.Dsl;
using Attention.Generator.Graph;
using Attention.Runtime;
using Attention.Tests.Generator;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>The ONNX standard's own tests (Apache-2.0) of <c>Attention</c>, <c>RotaryEmbedding</c>, <c>GRU</c> and <c>LSTM</c>, as many as can be declared; those of norms, activations and the softmax are in <see cref="OnnxPartTests"/>.</summary>
public sealed class OnnxTests(ITestOutputHelper output)
{
    internal static string[] Names(string pattern) =>
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Goldens", "onnx"), pattern + ".safetensors").Select(path => "onnx/" + Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Attention_AgreesWithTheStandardsTests()
    {
        string[] names = Names("test_attention_*");
        (GoldenFile File, string Name, OnnxAttention Case)[] cases = [.. names.Select(name => (Name: name, File: new GoldenFile(name)))
            .SelectMany(file => Enumerable.Range(0, OnnxAttention.Sequences(file.File)).Select(sequence => (file.File, $"{Path.GetFileName(file.Name)}_{sequence}", new OnnxAttention(file.File, sequence))))];
        Assert.Equal((86, 163), (names.Length, cases.Length));

        // Kernels of one instruction set each, in turns: what they compute is the same on all.
        InstructionSet[] supported = [.. Enum.GetValues<InstructionSet>().Where(InstructionSets.IsSupported)];
        Dictionary<string, InstructionSet> sets = Enumerable.Range(0, cases.Length).ToDictionary(ClassOf, i => supported[i % supported.Length]);
        Dictionary<string, CompiledModel> models = CompiledModel.Compile(WeightFormat.Float32, name => sets[name], [.. cases.Select((entry, i) => (ClassOf(i), entry.Case.Declaration()))]);
        double worst = 0;
        for (int i = 0; i < cases.Length; i++)
        {
            (GoldenFile file, string name, OnnxAttention entry) = cases[i];
            using Stream checkpoint = entry.Checkpoint();
            InstructionSet set = sets[ClassOf(i)];
            CompiledSession session = models[ClassOf(i)].CreateSession(set, new SessionSettings { CaptureAttention = true }, checkpoint: checkpoint);
            float[] rows = session.Forward("Alone", new StageInput([], [], entry.Input()));

            // What the standard computed in half precision is as exact as that.
            double error = entry.Error(rows), bound = file.Told("converted").Contains("F16", StringComparison.Ordinal) ? 1e-3 : 1e-5;
            if (entry.HasWeights)
                error = Math.Max(error, entry.Error(session.Weights("Alone", "SelfAttentionWeights")));

            output.WriteLine($"{name} on {set}: {error:E1}");
            Assert.True(error <= bound, string.Create(CultureInfo.InvariantCulture, $"{name} on {set}: expected an error of at most {bound}, found {error:E2}"));
            worst = Math.Max(worst, bound < 1e-4 ? error : 0);
        }

        Assert.InRange(worst, 1e-9, 1e-5);

        static string ClassOf(int i) => $"Case{i}";
    }

    /// <summary>What is past is stepped through, then query by query: the keys and values of what is past are kept, as the standard's are given.</summary>
    [Fact]
    public void AttentionToWhatIsPast_StepsAsTheStandardsTests()
    {
        (GoldenFile File, OnnxAttention Case)[] cases = [.. Names("test_attention_*").Select(name => new GoldenFile(name))
            .SelectMany(file => Enumerable.Range(0, OnnxAttention.Sequences(file)).Select(sequence => (file, new OnnxAttention(file, sequence)))).Where(entry => entry.Item2.CanStep)];
        Assert.Equal(26, cases.Length);
        InstructionSet[] supported = [.. Enum.GetValues<InstructionSet>().Where(InstructionSets.IsSupported)];
        Dictionary<string, CompiledModel> models = CompiledModel.Compile([.. cases.Select((entry, i) => ($"Case{i}", entry.Case.Declaration(isDecoder: true)))]);
        double worst = 0;
        for (int i = 0; i < cases.Length; i++)
        {
            (GoldenFile file, OnnxAttention entry) = cases[i];
            using Stream checkpoint = entry.Checkpoint(isDecoder: true);
            InstructionSet set = supported[i % supported.Length];
            CompiledSession session = models[$"Case{i}"].CreateSession(set, checkpoint: checkpoint);
            session.Poison();
            double error = entry.Error(session.Decoder("Alone")), bound = file.Told("converted").Contains("F16", StringComparison.Ordinal) ? 1e-3 : 1e-5;
            Assert.True(error <= bound, string.Create(CultureInfo.InvariantCulture, $"{file.Path} on {set}: expected an error of at most {bound}, found {error:E2}"));
            worst = Math.Max(worst, bound < 1e-4 ? error : 0);
        }

        output.WriteLine($"{cases.Length} sequences, largest error: {worst:E1}");
        Assert.InRange(worst, 1e-9, 1e-5);
    }

    [Theory]
    [InlineData("gru", "Gru, ResetBefore = true", 3, 6)]
    [InlineData("lstm", "Lstm", 4, 5)]
    public void RecurrentLayers_AgreeWithTheStandardsTests(string kind, string cell, int gates, int files)
    {
        string[] names = Names($"test_{kind}_*");
        Assert.Equal(files, names.Length);
        var opened = names.ToDictionary(name => Path.GetFileName(name), name => new GoldenFile(name));
        Dictionary<string, CompiledModel> models = CompiledModel.Compile([.. opened.Select(pair => (pair.Key, Declaration(pair.Value)))]);
        double worst = 0;
        foreach ((string name, GoldenFile file) in opened)
        {
            foreach (InstructionSet set in Enum.GetValues<InstructionSet>().Where(InstructionSets.IsSupported))
            {
                CompiledSession session = models[name].CreateSession(set, checkpoint: Checkpoint(file));
                double error = Error(file, rows => session.Forward("Alone", new StageInput([], [], rows)));
                output.WriteLine($"{name} on {set}: {error:E1}");
                Assert.True(error <= 1e-5, string.Create(CultureInfo.InvariantCulture, $"{name} on {set}: expected an error of at most 1e-5, found {error:E2}"));
                worst = Math.Max(worst, error);
            }
        }

        Assert.InRange(worst, 1e-9, 1e-5);

        string Declaration(GoldenFile file)
        {
            (int directions, int states, int inputs) = Sizes(file);
            directions = IsBackward(file) ? 2 : directions;
            int width = directions * states;
            return $"[Encoder(layers: 1, width: {width}, Prefix = \"\"), Features({Rows(file)}{(inputs == width ? "" : $", Width = {inputs}")}), Recurrent(CellKind.{cell}, Gates = GateOrder.Onnx{(directions == 2 ? ", Bidirectional = true" : "")})] public sealed partial class Alone;";
        }

        // Directions, and both biases, are in one tensor. Where there is but the way back, the way there is of zeros.
        MemoryStream Checkpoint(GoldenFile file)
        {
            (int directions, int states, int inputs) = Sizes(file);
            var tensors = new Dictionary<string, (int[] Shape, float[] Values)>();
            for (int direction = 0; direction < directions; direction++)
            {
                string end = direction == 0 && !IsBackward(file) ? "" : "_reverse";
                float[] Of(string name, int width, int first, int all) => file.Has(name) ? [.. file.Floats(name).Skip((direction * all) + first).Take(gates * states * width)] : new float[gates * states * width];
                tensors["rnn.weight_ih_l0" + end] = ([gates * states, inputs], Of("input.W", inputs, 0, gates * states * inputs));
                tensors["rnn.weight_hh_l0" + end] = ([gates * states, states], Of("input.R", states, 0, gates * states * states));
                tensors["rnn.bias_ih_l0" + end] = ([gates * states], Of("input.B", 1, 0, 2 * gates * states));
                tensors["rnn.bias_hh_l0" + end] = ([gates * states], Of("input.B", 1, gates * states, 2 * gates * states));
            }

            if (IsBackward(file))
            {
                foreach ((string name, (int[] shape, float[] values)) in tensors.ToArray())
                    tensors.Add(name[..^"_reverse".Length], (shape, new float[values.Length]));
            }

            return TensorFile.Of(tensors);
        }
    }

    private static readonly Lazy<Dictionary<string, CompiledModel>> s_rotary = new(() => CompiledModel.Compile([.. new[] { false, true }.SelectMany(interleaved => new[] { 8, 4 }.Select(width =>
        (RotaryName(interleaved, width), $"[Encoder(1, 32), Features(3), Rotary(Width = {width}, Interleaved = {(interleaved ? "true" : "false")}), SelfAttention(4)] public sealed partial class Alone;")))]));

    /// <summary>Turns rows of heads in place.</summary>
    private delegate void Turn(TeamWork work, int rows, ref float table, ref float y);

    private static string RotaryName(bool interleaved, int width) => $"Rotary{width}{(interleaved ? "Interleaved" : "")}";

    /// <summary>Its cosines and sines are random numbers, of no angles, so that the kernel alone can be asked.</summary>
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void RotaryEmbedding_TurnsAsTheStandardsTests(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        const int heads = 4, headWidth = 8, slack = 64;
        double worst = 0;
        string[] names = Names("test_rotary_embedding*");
        Assert.Equal(8, names.Length);
        foreach (string name in names)
        {
            var file = new GoldenFile(name);
            JsonElement attributes = JsonDocument.Parse(file.Told("attributes")).RootElement;
            int Told(string attribute, int otherwise) => attributes.TryGetProperty(attribute, out JsonElement value) ? value.GetInt32() : otherwise;
            bool interleaved = Told("interleaved", 0) == 1, isFlat = file.Shape("input.input").Length == 3, isOfPositions = file.Has("input.position_ids");
            int width = Told("rotary_embedding_dim", headWidth), sequences = file.Shape("input.input")[0], rows = file.Shape("input.input")[isFlat ? 1 : 2], columns = new Rotations(width, interleaved, default).Columns;
            CompiledModel model = s_rotary.Value[RotaryName(interleaved, width)];
            TeamWork work = model.CreateSession(instructionSet).Core.Work;

            // Queries and keys of a row turn together.
            var turn = KernelClass.Of(model.Type.Assembly, model.Name, instructionSet).GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
                .Single(method => method.Name.StartsWith("Turn_8x8", StringComparison.Ordinal) && !method.Name.EndsWith("_Chunk", StringComparison.Ordinal)).CreateDelegate<Turn>();
            float[] input = file.Floats("input.input"), expected = file.Floats("output.output"), cosines = file.Floats("input.cos_cache"), sines = file.Floats("input.sin_cache");
            for (int row = 0; row < sequences * rows; row++)
            {
                int At(int head, int channel) => isFlat ? (((row * heads) + head) * headWidth) + channel : (((((row / rows * heads) + head) * rows) + (row % rows)) * headWidth) + channel;
                int cached = isOfPositions ? checked((int)BitConverter.ToInt64(file.Bytes("input.position_ids")[(8 * row)..])) : row;
                float[] y = new float[(3 * heads * headWidth) + slack], table = new float[columns + slack];
                for (int pair = 0; pair < width / 2; pair++)
                    RotaryTable.Put(table.AsSpan(0, columns), pair, interleaved, cosines[(cached * width / 2) + pair], sines[(cached * width / 2) + pair]);
                for (int i = 0; i < y.Length; i++)
                    y[i] = i < 2 * heads * headWidth ? input[At(i / headWidth % heads, i % headWidth)] : i;
                turn(work, 1, ref table[0], ref y[0]);
                double error = 0, norm = 0, turned = 0;
                for (int i = 0; i < y.Length; i++)
                {
                    double value = i < 2 * heads * headWidth ? expected[At(i / headWidth % heads, i % headWidth)] : i;
                    if (i >= 2 * heads * headWidth)
                        Assert.Equal(value, y[i]);
                    else
                        (error, norm, turned) = (error + Math.Pow(y[i] - value, 2), norm + (value * value), turned + Math.Pow(y[i] - input[At(i / headWidth % heads, i % headWidth)], 2));
                }

                Assert.True(turned > 0.01 * norm, $"{name}: row {row} is not turned");
                worst = Math.Max(worst, Math.Sqrt(error / norm));
            }
        }

        output.WriteLine($"largest error of a row: {worst:G3} of its norm");
        
        // Portable code rounds what the standard's did, and as it did.
        Assert.InRange(worst, instructionSet == InstructionSet.Portable ? 0 : 1e-9, 1e-6);
    }

    /// <summary>Whether states run from the last row to the first alone.</summary>
    private static bool IsBackward(GoldenFile file) => JsonDocument.Parse(file.Told("attributes")).RootElement.TryGetProperty("direction", out JsonElement direction) && direction.GetString() == "reverse";

    private static bool IsBatchFirst(GoldenFile file) => JsonDocument.Parse(file.Told("attributes")).RootElement.TryGetProperty("layout", out JsonElement layout) && layout.GetInt32() == 1;

    private static int Rows(GoldenFile file) => file.Shape("input.X")[IsBatchFirst(file) ? 1 : 0];

    private static (int Directions, int States, int Inputs) Sizes(GoldenFile file) => (file.Shape("input.R")[0], file.Shape("input.R")[2], file.Shape("input.W")[2]);

    /// <summary>
    /// The largest error of a sequence's states, as a part of their norm, or of that of states of 0.01, by which the standard's absolute tolerance is as much:
    /// an update gate near 1 leaves smaller ones that are the difference of two floats.
    /// </summary>
    private static double Error(GoldenFile file, Func<float[], float[]> forward)
    {
        (int directions, int states, int inputs) = Sizes(file);
        bool isBatchFirst = IsBatchFirst(file);
        int rows = Rows(file), sequences = file.Shape("input.X")[isBatchFirst ? 0 : 1];
        float[] x = file.Floats("input.X");
        double worst = 0;
        for (int sequence = 0; sequence < sequences; sequence++)
        {
            float[] input = [.. Enumerable.Range(0, rows).SelectMany(row => x.Skip((isBatchFirst ? (sequence * rows) + row : (row * sequences) + sequence) * inputs).Take(inputs))];
            float[] found = forward(input);
            for (int direction = 0; direction < directions; direction++)
            {
                // The last state of the way back is that of row 0.
                int half = IsBackward(file) ? 1 : direction, halves = IsBackward(file) ? 2 : directions;
                Compare("output.Y_h", isBatchFirst ? (sequence * directions) + direction : (direction * sequences) + sequence, half == 0 ? rows - 1 : 0);
                for (int row = 0; row < rows && file.Has("output.Y"); row++)
                    Compare("output.Y", isBatchFirst ? (((sequence * rows) + row) * directions) + direction : (((row * directions) + direction) * sequences) + sequence, row);

                void Compare(string name, int place, int row)
                {
                    float[] expected = [.. file.Floats(name).Skip(place * states).Take(states)];
                    RowError error = RowError.Of<float>(expected, found.AsSpan(((row * halves) + half) * states, states));
                    worst = Math.Max(worst, error.Distance / Math.Max(error.Norm, 0.01 * Math.Sqrt(states)));
                }
            }
        }

        return worst;
    }
}
