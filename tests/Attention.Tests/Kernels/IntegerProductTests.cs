using System.Runtime.InteropServices;
using Attention.Dsl;
using Attention.Runtime;
using Attention.Tests.Models;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>Products of whole numbers, held to their definition bit by bit: quantised rows, exact sums, two roundings behind them.</summary>
public class IntegerProductTests(ITestOutputHelper output)
{
    private static readonly (string Level, int Weights, int Activations)[] s_levels = [("W8A8", 127, 255), ("W7A8", 63, 255), ("W7A7", 63, 127), ("W6A7", 31, 127), ("W4A8", 8, 255), ("W4A8Affine", 8, 255)];

    private static readonly (int Width, int Hidden)[] s_sizes = [(1, 1), (80, 17), (192, 260)];

    private static readonly Lazy<Dictionary<string, CompiledModel>> s_maps = new(() => CompiledModel.Compile([.. s_levels.SelectMany(level => s_sizes.Select(size => (
        $"{level.Level}At{size.Width}",
        $"[AttentionModel(Products = ProductFormat.{level.Level})] [Encoder(1, {size.Width}, Norm = NormPlacement.None)] [Features(length: 40)] [FeedForward({size.Hidden}, Activation.Relu)] public sealed partial class {level.Level}At{size.Width};")))]));

    public static TheoryData<InstructionSet, string> Cases() => [.. Enum.GetValues<InstructionSet>().SelectMany(set => s_levels.Select(level => (set, level.Level)))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Sums_are_exact_and_rounded_as_defined(InstructionSet instructionSet, string level)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        (_, int weights, int activations) = s_levels.First(candidate => candidate.Level == level);
        foreach ((int width, int hidden) in s_sizes)
        {
            CompiledModel model = s_maps.Value[$"{level}At{width}"];
            CompiledSession session = model.CreateSession(instructionSet, threads: 2);
            session.Core.Work.ChunkCost = 1;
            var definition = new Definition(level, weights, activations);
            IReadOnlyDictionary<string, float[]> tensors = Tensors(model.Checkpoint);
            foreach (int rows in new[] { 1, 2, 5, 9, 16, 23, 40 })
            {
                session.Poison();
                StageInput input = StageInput.Random(model.Stages[0], rows, new Random(rows));
                float[] expected = definition.FeedForward(tensors, input.Values, rows, width, hidden), found = session.Forward(model.Stages[0].Name, input);
                Assert.Equal(expected, found);
            }
        }
    }

    /// <summary>All weights and all values as large as a level has them: no sum of 16 bits overflows, and none of 32.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void The_largest_numbers_fit(InstructionSet instructionSet, string level)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach (float sign in new[] { 1f, -1f })
        {
            CompiledModel model = s_maps.Value[level + "At192"];
            CompiledSession session = model.CreateSession(instructionSet, checkpoint: new MemoryStream(Filled(model.Checkpoint, sign)));
            float[] found = session.Forward(model.Stages[0].Name, new StageInput([], [], [.. Enumerable.Repeat(1f, 192 * 3)]));

            // 192 products of 1 and ±1, plus ±1; 260 of what is left of that above 0; plus ±1, and the row.
            float inner = Math.Max(0, (192 * sign) + sign);
            Assert.All(found, value => Assert.Equal((inner * 260 * sign) + sign + 1, value, 0.5));
        }
    }

    /// <summary>Nearly all numbers 15 and all activations at either end: no sum of a group overflows.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Weights_at_one_end_of_their_range_fit(InstructionSet instructionSet, string level)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        CompiledModel model = s_maps.Value[level + "At192"];
        byte[] checkpoint = Filled(model.Checkpoint, 7f / 8);
        Span<float> weights = MemoryMarshal.Cast<byte, float>(checkpoint.AsSpan(8 + (int)BitConverter.ToInt64(checkpoint)));
        for (int i = 0; i < weights.Length; i += 32)
            weights[i] = -1;
        CompiledSession session = model.CreateSession(instructionSet, checkpoint: new MemoryStream(checkpoint));
        (_, int largest, int activations) = s_levels.First(candidate => candidate.Level == level);
        float[] x = [.. Enumerable.Repeat(1f, 192 * 9), .. Enumerable.Repeat(-1f, 192 * 9)];
        float[] expected = new Definition(level, largest, activations).FeedForward(Tensors(checkpoint), x, 18, 192, 260);
        Assert.Equal(expected, session.Forward(model.Stages[0].Name, new StageInput([], [], x)));
    }

    /// <summary>What is no number stays none in all that is made of its row, and other rows are as they were.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_row_that_is_not_finite_stays_visible(InstructionSet instructionSet, string level)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        CompiledModel model = s_maps.Value[level + "At80"];
        CompiledSession session = model.CreateSession(instructionSet);
        StageInput input = StageInput.Random(model.Stages[0], 3, new Random(1));
        float[] before = session.Forward(model.Stages[0].Name, input);
        Assert.True(before.All(float.IsFinite));
        foreach (float value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            foreach (int place in new[] { 0, 17, 63, 64, 79 })
            {
                float[] values = [.. input.Values];
                values[80 + place] = value;
                float[] found = session.Forward(model.Stages[0].Name, input with { Values = values });
                Assert.All(found[80..160], made => Assert.False(float.IsFinite(made)));
                Assert.Equal(before[..80], found[..80]);
                Assert.Equal(before[160..], found[160..]);
            }
        }

        // Too small for a scale, and a range beyond float32.
        Assert.True(session.Forward(model.Stages[0].Name, input with { Values = [.. input.Values.Select(value => value * 1e-38f)] }).All(float.IsFinite));
        Assert.Contains(session.Forward(model.Stages[0].Name, input with { Values = [.. input.Values.Select((_, i) => i % 2 == 0 ? 3e38f : -3e38f)] }), value => !float.IsFinite(value));
    }

    /// <summary>The levels that differ most: what is between them differs by the same numbers.</summary>
    private static readonly string[] s_ends = ["W8A8", "W7A7", "W4A8Affine"];

    public static TheoryData<InstructionSet, string> Ends() => [.. Enum.GetValues<InstructionSet>().SelectMany(set => s_ends.Select(level => (set, level)))];

    private static readonly (string Name, string Body)[] s_whole =
    [
        ("Bert", "[Encoder(2, 24, Norm = NormPlacement.Post)] [Embedding(11, 40)] [Positions(PositionKind.Learned)] [LayerNorm] [SelfAttention(3)] [FeedForward(50, Activation.Gelu)] public sealed partial class Text;"),
        ("Llama", "[Decoder(2, 24, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Bias = false)] [Embedding(11, 40)] [Rotary] [SelfAttention(4, KeyValueHeads = 2)] [FeedForward(44, Activation.Silu, Gated = true)] [Logits(Tied = true, Products = ProductFormat.W8A8)] public sealed partial class Text;"),
        ("Long", "[Encoder(1, 64, Norm = NormPlacement.Post)] [Embedding(11, 300)] [Positions(PositionKind.Learned)] [SelfAttention(4, KeyValueHeads = 2)] [FeedForward(50, Activation.Gelu)] public sealed partial class Text;"),
        ("Mixed", "[Encoder(1, 20)] [Embedding(9, 30)] [SelfAttention(2)] [FeedForward(30, Activation.Relu, Products = ProductFormat.Float32)] public sealed partial class Source; [Decoder(2, 16)] [Embedding(11, 40)] [SelfAttention(2, Products = ProductFormat.W7A8)] [CrossAttention(\"source\", heads: 2, SourceWidth = 20)] [FeedForward(33, Activation.Relu)] [Logits] public sealed partial class Text;"),
    ];

    private static readonly Lazy<Dictionary<string, CompiledModel>> s_models = new(() => CompiledModel.Compile([.. s_whole.SelectMany(model => s_ends.Select(level => (
        model.Name + level, $"[AttentionModel(Products = ProductFormat.{level})] public sealed partial class {model.Name}{level}\n{{\n{model.Body}\n}}")))]));

    [Theory]
    [MemberData(nameof(Ends))]
    public void Every_way_gives_the_same_bits(InstructionSet instructionSet, string level)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach (string name in new[] { "Llama", "Mixed" })
        {
            SequenceTests.CheckTogether(s_models.Value[name + level], instructionSet, threads: 2, new Random(5), rounds: 30);
            BeamTests.CheckBeams(s_models.Value[name + level], instructionSet);
        }

        foreach ((string name, int[] lengths) in new[] { ("Bert", new[] { 1, 40, 7, 16, 31 }), ("Long", [257, 12, 300, 256, 299]) })
        {
            CompiledModel encoder = s_models.Value[name + level];
            CompiledSession session = encoder.CreateSession(instructionSet, new SessionSettings { BatchTokens = lengths.Sum() }, threads: 2), alone = encoder.CreateSession(instructionSet);
            session.Core.Work.ChunkCost = 1;
            session.Poison();
            StageInput[] inputs = [.. lengths.Select(length => StageInput.Random(encoder.Stages[0], length, new Random(length)))];
            Assert.Equal(inputs.SelectMany(input => alone.Forward("Text", input)), session.ForwardBatch("Text", inputs)!);
        }
    }

    /// <summary>
    /// A level is as near to float64 as its whole numbers let it be, and much nearer to float64 with the same whole numbers: only where float32 and float64 round to different ones do they differ.
    /// </summary>
    [Theory]
    [MemberData(nameof(Ends))]
    public void Rows_are_those_of_the_reference(InstructionSet instructionSet, string level)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        (_, int weights, int activations) = s_levels.First(candidate => candidate.Level == level);
        foreach (string name in s_whole.Select(model => model.Name))
        {
            CompiledModel model = s_models.Value[name + level];
            CompiledSession session = model.CreateSession(instructionSet);
            var found = new List<(double Floats, double Whole)>();
            foreach (int length in name == "Long" ? [1, 256, 257, 300] : new[] { 1, 8, 40 })
            {
                session.Poison();
                Dictionary<string, StageInput> inputs = OperationTests.InputsOf(model, length, new Random(length));
                foreach (StageInput source in inputs.Where(input => input.Key != "Text").Select(input => input.Value))
                    session.Forward("Source", source);
                float[] rows = session.Forward("Text", inputs["Text"]);
                double[] Errors(GraphInterpreter<double> reference) => [.. reference.Run("Text", inputs).Select((row, i) => RowError.Of<double>(row, rows.AsSpan(i * row.Length, row.Length)).Relative)];
                found.AddRange(Errors(model.Wide).Zip(Errors(model.Quantized)));
            }

            double worst = found.Max(row => row.Floats), usual = found.Select(row => row.Whole).Order().ElementAt(found.Count / 2);
            output.WriteLine($"{name}: {worst:E1} of floats, {usual:E1} of whole numbers, at most {found.Max(row => row.Whole):E1}");
            Assert.InRange(worst, 1e-5, 3.0 * ((1.0 / weights) + (1.0 / activations)));
            Assert.InRange(found.Max(row => row.Whole), 0, worst / 2);
            Assert.InRange(usual, 0, 1e-5);
        }
    }

    private static readonly string[] s_parts =
    [
        "[Encoder(2, 20)] [Embedding(11, 40)] [SparseAttention(2, 5, PRODUCTS)]",
        "[Encoder(2, 20)] [Embedding(11, 40)] [LocalAttention(2, 16, PRODUCTS)] [FeedForward(50, Activation.Relu, Gate = Gate.LayerScale, BatchNorm = true, PRODUCTS)]",
        "[Encoder(2, 20)] [Embedding(11, 40)] [BigBirdAttention(2, block: 4, Random = 1, PRODUCTS)]",
        "[Encoder(2, 20, Norm = NormPlacement.Pre)] [Embedding(11, 40)] [LinformerAttention(4, 3, PRODUCTS)]",
        "[Encoder(2, 20)] [Embedding(11, 40)] [ExternalAttention(19, Heads = 2, Expansion = 3, PRODUCTS)]",
        "[Decoder(1, 20)] [Embedding(11, 57)] [ImageAttention(2, 7, ImagePattern.Row, Text = 8, PRODUCTS)] [Logits(PRODUCTS)]",
        "[Encoder(2, 20)] [Embedding(11, 40)] [SelfAttention(2, GlobalProjections = true, Window = 4, Global = 2, PRODUCTS)] [FeedForward(30, Activation.Gelu, Gated = true, PRODUCTS)] [Linear(9)]",
    ];

    private static readonly Lazy<Dictionary<string, CompiledModel>> s_each = new(() => CompiledModel.Compile([.. s_parts.Select((body, i) =>
        ($"Part{i}", body.Replace("PRODUCTS", "Products = ProductFormat.W8A8", StringComparison.Ordinal)))]));

    /// <summary>Each part that can be told so has maps of whole numbers, which are near those of floats, and no bits of theirs.</summary>
    [Fact]
    public void Every_part_can_say_it()
    {
        InstructionSet[] supported = [.. Enum.GetValues<InstructionSet>().Where(InstructionSets.IsSupported)];
        foreach ((string name, int i) in s_each.Value.Keys.Select((name, i) => (name, i)))
        {
            CompiledModel model = s_each.Value[name];
            CompiledSession session = model.CreateSession(supported[i % supported.Length], threads: 2);
            session.Core.Work.ChunkCost = 1;
            session.Poison();
            Dictionary<string, StageInput> inputs = OperationTests.InputsOf(model, 33, new Random(i));
            float[] rows = session.Forward(name, inputs[name]);
            double[][] exact = new ReferenceRun(model, name, inputs).Rows;
            double error = exact.Select((row, at) => RowError.Of<double>(row, rows.AsSpan(at * row.Length, row.Length)).Relative).Max();
            output.WriteLine($"{name} {error:E1}");
            Assert.InRange(error, 1e-5, 0.05);
        }
    }

    private static IReadOnlyDictionary<string, float[]> Tensors(byte[] checkpoint)
    {
        SafeTensors file = SafeTensors.Read(new MemoryStream(checkpoint));
        return file.Names.ToDictionary(name => name, name => file.ReadFloats(name));
    }

    /// <summary>The same file with one value in all places.</summary>
    private static byte[] Filled(byte[] checkpoint, float value)
    {
        MemoryMarshal.Cast<byte, float>(checkpoint.AsSpan(8 + (int)BitConverter.ToInt64(checkpoint))).Fill(value);
        return checkpoint;
    }

    /// <summary>What a product of whole numbers is, one number after the other.</summary>
    private sealed class Definition(string level, int weights, int activations)
    {
        public float[] FeedForward(IReadOnlyDictionary<string, float[]> tensors, float[] x, int rows, int width, int hidden)
        {
            float[] Tensor(string end) => tensors.First(pair => pair.Key.EndsWith(end, StringComparison.Ordinal)).Value;
            float[] inner = [.. Product(x, rows, width, Tensor("linear1.weight"), Tensor("linear1.bias"), hidden).Select(value => Math.Max(value, 0))];
            float[] outer = Product(inner, rows, hidden, Tensor("linear2.weight"), Tensor("linear2.bias"), width);
            return [.. outer.Zip(x, (made, residual) => made + residual)];
        }

        /// <summary>The sum over groups of 32, in the order of the groups, each rounded twice; rows are signed, and the zero point's share is taken away at the end.</summary>
        private float InGroups(float[] channel, double[] centred, double zero, out float power)
        {
            bool hasMinimum = level == "W4A8Affine";
            float[][] groups = [.. channel.Chunk(32)];
            (float Scale, float Minimum)[] ranges = [.. groups.Select(group => hasMinimum
                ? ((group.Max() / 15) - (group.Min() / 15), group.Min())
                : (group.OrderByDescending(Math.Abs).ThenBy(weight => weight).First() / -8, 0f))];
            double greatest = ranges.Max(range => Math.Max(Math.Abs(range.Scale), Math.Abs(range.Minimum)));
            power = (float)Math.Pow(2, Math.Floor(Math.Log2(greatest)) - 14);
            float unit = power, sum = 0;
            double sums = 0;
            for (int g = 0; g < groups.Length; g++)
            {
                float scale = (float)(Half)(ranges[g].Scale / unit), minimum = (float)(Half)(ranges[g].Minimum / unit);
                double[] numbers = [.. groups[g].Select(weight => scale == 0 ? 0 : hasMinimum
                    ? Math.Clamp(Math.Round((weight - ((double)minimum * unit)) / ((double)scale * unit), MidpointRounding.ToEven), 0, 15)
                    : Math.Clamp(Math.Round(weight / ((double)scale * unit), MidpointRounding.ToEven), -8, 7))];
                double[] x = [.. centred.Skip(32 * g).Take(32).Select(number => number + zero - 128)];
                sum += (float)x.Zip(numbers, (number, weight) => number * weight).Sum() * scale;
                if (hasMinimum)
                    sum += (float)(x.Sum() + ((32 - groups[g].Length) * (zero - 128))) * minimum; // what is missing from a row is 0, the number zero
                sums += ((double)scale * numbers.Sum()) + (32.0 * minimum);
            }

            return sum - ((float)(zero - 128) * (float)sums);
        }

        private float[] Product(float[] x, int rows, int inputs, float[] w, float[] bias, int outputs)
        {
            var y = new float[rows * outputs];
            for (int row = 0; row < rows; row++)
            {
                float[] values = x[(row * inputs)..((row + 1) * inputs)];
                float range = Math.Max(0, values.Max()) - Math.Min(0, values.Min()), inverse = range == 0 ? 0 : activations / range, scale = range / activations;
                double zero = Math.Round((double)(-Math.Min(0, values.Min()) * inverse), MidpointRounding.ToEven);
                double[] u = [.. values.Select(value => Math.Min(activations, Math.Round((double)(value * inverse) + zero, MidpointRounding.ToEven)) - zero)];
                for (int column = 0; column < outputs; column++)
                {
                    float[] channel = w[(column * inputs)..((column + 1) * inputs)];
                    if (weights == 8)
                    {
                        y[(row * outputs) + column] = (InGroups(channel, u, zero, out float power) * (scale * power)) + bias[column];
                        continue;
                    }

                    float unit = channel.Max(Math.Abs) / weights;
                    double sum = u.Zip(channel, (number, weight) => number * Math.Round((double)(weight / unit), MidpointRounding.ToEven)).Sum();
                    float factor = scale * unit, product = (float)sum * factor;
                    y[(row * outputs) + column] = product + bias[column];
                }
            }

            return y;
        }
    }
}
