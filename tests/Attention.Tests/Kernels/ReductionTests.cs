using System.Reflection;
using Attention.Dsl;
using Attention.Tests.Generator;
using Attention.Tests.Models;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>
/// Sums over rows that are hard for float32: all but constant, huge, tiny, long, against the float64 reference. The bound is the
/// contract's 1e-5 of a row's norm, without the allowance for what a plain float32 program would do.
/// </summary>
public class ReductionTests
{
    private static readonly int[] s_widths = [1, 2, 17, 100, 768, 4096];

    private static readonly Lazy<Dictionary<string, CompiledModel>> s_models = new(() => CompiledModel.Compile(
    [
        .. s_widths.SelectMany<int, (string, string)>(width =>
        [
            ($"Norm{width}", $"[Encoder(0, {width}, Epsilon = 1e-12)] [Features(9)] [LayerNorm]"),
            ($"SmallNorm{width}", $"[Encoder(0, {width}, Epsilon = 1e-30)] [Features(9)] [LayerNorm]"),
            ($"Rms{width}", $"[Encoder(0, {width}, Epsilon = 1e-30)] [Features(9)] [RmsNorm]"),
            ($"L2{width}", $"[Encoder(0, {width})] [Features(9)] [L2Normalize]"),
            ($"Max{width}", $"[Encoder(0, {width})] [Features(9)] [DivideMax]"),
        ]),
        ("Mean", "[Encoder(0, 20)] [Features(5000)] [Pooling(PoolingKind.Mean)]"),
        ("Long", "[Encoder(1, 16)] [Embedding(9, 8192)] [SelfAttention(1)]"),
    ]));

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Layer_norm_of_hard_rows(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach (int width in s_widths)
        {
            Check($"Norm{width}", instructionSet, Rows(width).Where(row => row.Name != "tiny"));
            Check($"SmallNorm{width}", instructionSet, Rows(width));
        }
    }

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Rms_norm_of_hard_rows(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach (int width in s_widths)
            Check($"Rms{width}", instructionSet, Rows(width));
    }

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Largest_elements_of_hard_rows(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach (int width in s_widths)
            Check($"Max{width}", instructionSet, Rows(width).Where(row => row.Name != "zeros"));
    }

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void L2_norm_of_hard_rows(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach (int width in s_widths)
            Check($"L2{width}", instructionSet, Rows(width));
    }

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Mean_of_thousands_of_rows(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        var random = new Random(3);
        foreach (int count in new[] { 1, 3, 4099, 5000 })
        {
            foreach (float scale in new[] { 1, 1e35f, 1e-35f })
            {
                // Columns are constant, nearly constant, and of changing sign.
                float[] values = [.. Enumerable.Range(0, count * 20).Select(i => scale * (i % 20 < 10 ? (i % 20 * 0.1f) + 0.1f : i % 20 < 15 ? 1 + (1e-6f * random.NextSingle()) : random.NextSingle() - 0.5f))];
                Check("Mean", instructionSet, [($"{count} rows around {scale}", values)]);
            }
        }
    }

    /// <summary>Weights that are all alike but for the first are rounded to the same side one after the other.</summary>
    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Softmax_sums_of_thousands_of_keys(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        object model = s_models.Value["Long"].Load(instructionSet);
        MethodInfo kernel = KernelClass.Of(model.GetType().Assembly, "Long", instructionSet)
            .GetMethods(BindingFlags.Static | BindingFlags.NonPublic).Single(method => method.Name == "Softmax");
        var softmax = kernel.CreateDelegate<Softmax>();
        foreach (int keys in new[] { 1, 511, 513, 1030, 8192 })
        {
            for (int i = 0; i < 40; i++)
            {
                var scores = new float[8192 + 64];
                scores.AsSpan(1).Fill(-0.02f * i);
                softmax(1, keys, 0, keys, ref scores[0]);
                double sum = 0;
                for (int key = 0; key < keys; key++)
                    sum += scores[key];
                int behind = Array.FindLastIndex(scores, value => value != -0.02f * i && value != 0);
                Assert.InRange(scores[behind] * sum, 1 - 2e-6, 1 + 2e-6);
            }
        }
    }

    private delegate void Softmax(int rows, int first, int step, int keys, ref float scores);

    /// <summary>What is not a number makes its own row one too, and changes no bit of another.</summary>
    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Not_a_number_stays_in_its_row(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach (string name in new[] { "Norm100", "Rms100", "L2100", "Norm17", "Rms17", "L217" })
        {
            CompiledModel model = s_models.Value[name];
            CompiledSession session = model.CreateSession(instructionSet);
            int width = model.Stages[0].Width;
            float[] values = StageInput.Random(model.Stages[0], 9, new Random(4)).Values;
            float[] expected = session.Forward(model.Stages[0].Name, new StageInput([], [], values));
            foreach (float hard in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                values[(4 * width) + 16] = hard;
                float[] actual = session.Forward(model.Stages[0].Name, new StageInput([], [], values));
                Assert.True(float.IsNaN(actual[(4 * width) + 16]));
                if (float.IsNaN(hard) || name.StartsWith("Norm", StringComparison.Ordinal))
                    Assert.All(actual[(4 * width)..(5 * width)], value => Assert.True(float.IsNaN(value)));
                else
                    Assert.All(actual[(4 * width)..((4 * width) + 16)], value => Assert.Equal(0, value));
                Assert.Equal(expected[..(4 * width)], actual[..(4 * width)]);
                Assert.Equal(expected[(5 * width)..], actual[(5 * width)..]);
            }
        }
    }

    private static void Check(string name, InstructionSet instructionSet, IEnumerable<(string Name, float[] Values)> rows)
    {
        CompiledModel model = s_models.Value[name];
        CompiledSession session = model.CreateSession(instructionSet);
        string stage = model.Stages[0].Name;
        foreach ((string row, float[] values) in rows)
        {
            var input = new StageInput([], [], values);
            session.Poison();
            double[][] expected = model.Wide.Run(stage, new Dictionary<string, StageInput> { [stage] = input });
            float[][] none = [.. expected.Select(wide => wide.Select(value => (float)value).ToArray())];
            NumericContract.Check(session.Forward(stage, input), expected, none, $"{name} of {row} on {instructionSet}");
        }
    }

    private static IEnumerable<(string Name, float[] Values)> Rows(int width)
    {
        var random = new Random(width);
        float[] Each(Func<int, double> value) => [.. Enumerable.Range(0, width).Select(i => (float)value(i))];
        float[] normal = Each(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        yield return ("ordinary", normal);
        yield return ("zeros", Each(_ => 0));
        foreach (double value in new[] { 0.1, -0.3, 1e4, 12345.678, 1e20, -1e38 })
        {
            yield return ($"equal values {value}", Each(_ => value));
            yield return ($"values an ulp from {value}", Each(i => random.Next(3) == 0 ? MathF.BitIncrement((float)value) : value));
            yield return ($"one value an ulp from {value}", Each(i => i == width / 2 ? MathF.BitIncrement((float)value) : value));
            yield return ($"values around {value}", Each(i => value * (1 + (1e-5 * normal[i]))));
        }

        foreach (double scale in new[] { 1e-6, 1e3, 1e15, 1e18, 1e20, 1e30, 6e37 })
            yield return ($"values of {scale}", Each(i => scale * normal[i]));
        yield return ("largest", Each(i => i % 2 == 0 ? float.MaxValue : float.MinValue));
        yield return ("one large", Each(i => i == 0 ? 1e6 : normal[i]));
        yield return ("one huge", Each(i => i == width - 1 ? 3e38 : normal[i]));
        yield return ("tiny", Each(i => 1e-16 * normal[i]));
        yield return ("denormal", Each(i => 1e-42 * normal[i]));
    }
}
