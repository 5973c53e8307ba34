using System.Globalization;
using System.Text.Json;
using Attention.Bench;
using Attention.Dsl;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>The ONNX standard's own tests (Apache-2.0) of norms, activations and the softmax, each as the part that does the same to rows.</summary>
public sealed class OnnxPartTests(ITestOutputHelper output)
{
    /// <summary>Norms over several axes are norms of rows that hold them all.</summary>
    [Fact]
    public void Norms_AgreeWithTheStandardsTests() => Check(38, OnnxTests.Names("test_*_normalization_*"), file =>
    {
        int[] shape = file.Shape("input.X");
        int axis = (int)Number(file, "axis", -1), width = Product(shape[(axis < 0 ? axis + shape.Length : axis)..]);
        string norm = file.Told("op") == "LayerNormalization" ? "LayerNorm" : "RmsNorm";
        string declaration = string.Create(CultureInfo.InvariantCulture, $"[Encoder(layers: 0, width: {width}), Features({Product(shape) / width}), {norm}(Epsilon = {Number(file, "epsilon", 1e-5)}, Name = \"norm\")] public sealed partial class Alone;");
        var tensors = new Dictionary<string, (int[] Shape, float[] Values)> { ["norm.weight"] = ([width], file.Floats("input.W")) };
        if (norm == "LayerNorm")
            tensors.Add("norm.bias", ([width], file.Floats("input.B")));
        return new Case(declaration, tensors, file.Floats("input.X"), file.Floats("output.Y"), width);
    });

    /// <summary>Behind a map that changes nothing.</summary>
    [Fact]
    public void Activations_AgreeWithTheStandardsTests() => Check(5, [.. OnnxTests.Names("test_gelu_*"), .. OnnxTests.Names("test_swish*")], file =>
    {
        Assert.Equal(1, Number(file, "alpha", 1));
        int width = file.Shape("input.x")[^1];
        string activation = file.Told("op") == "Swish" ? "Silu" : file.Told("attributes").Contains("tanh", StringComparison.Ordinal) ? "GeluTanh" : "Gelu";
        return new Case(
            $"[Encoder(layers: 0, width: {width}), Features({Product(file.Shape("input.x")) / width}), Linear({width}, Activation = Activation.{activation}, Bias = false, Name = \"map\")] public sealed partial class Alone;",
            new() { ["map.weight"] = ([width, width], Identity(width)) }, file.Floats("input.x"), file.Floats("output.y"), width);
    });

    /// <summary>As the weights of an attention whose keys are the unit vectors, so that a query's scores are its channels.</summary>
    [Fact]
    public void Softmax_AgreesWithTheStandardsTests() => Check(7, OnnxTests.Names("test_softmax_*"), file =>
    {
        int[] shape = file.Shape("input.x");
        int axis = (int)Number(file, "axis", -1);
        axis = axis < 0 ? axis + shape.Length : axis;
        (int width, int behind) = (shape[axis], Product(shape[(axis + 1)..]));
        float[] Rows(float[] values) => [.. Enumerable.Range(0, values.Length).Select(i => values[(i / width / behind * width * behind) + (i % width * behind) + (i / width % behind)])];
        string declaration = $$"""
            [Encoder(layers: 0, width: {{width}}, Prefix = "units"), Features({{width}})] public sealed partial class Units;
            [Encoder(layers: 1, width: {{width}}, Norm = NormPlacement.None), Features({{Product(shape) / width}})]
            [Tensor(TensorRole.CrossQuery, "q"), Tensor(TensorRole.CrossKey, "k"), Tensor(TensorRole.CrossValue, "v"), Tensor(TensorRole.CrossOutput, "o")]
            [CrossAttention("units", heads: 1, Bias = false, Scale = 1, Residual = false, Capture = true)] public sealed partial class Alone;
            """;
        return new Case(declaration, new[] { "q", "k", "v", "o" }.ToDictionary(name => name, _ => (new[] { width, width }, Identity(width))), Rows(file.Floats("input.x")), Rows(file.Floats("output.y")), width) { IsOfWeights = true };
    });

    /// <summary>A test as a model: what it declares, its weights, its input, and what its rows, or its attention weights, are to be.</summary>
    private sealed record Case(string Declaration, Dictionary<string, (int[] Shape, float[] Values)> Tensors, float[] Input, float[] Expected, int Width)
    {
        public bool IsOfWeights { get; init; }
    }

    private void Check(int count, string[] names, Func<GoldenFile, Case> caseOf)
    {
        Assert.Equal(count, names.Length);
        Case[] cases = [.. names.Select(name => caseOf(new GoldenFile(name)))];
        Dictionary<string, CompiledModel> models = CompiledModel.Compile([.. cases.Select((entry, i) => ($"Case{i}", entry.Declaration))]);
        double worst = 0;
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>().Where(InstructionSets.IsSupported))
        {
            for (int i = 0; i < cases.Length; i++)
            {
                Case entry = cases[i];
                CompiledSession session = models[$"Case{i}"].CreateSession(set, new SessionSettings { CaptureAttention = true }, checkpoint: TensorFile.Of(entry.Tensors));
                if (entry.IsOfWeights)
                    session.Forward("Units", new StageInput([], [], Identity(entry.Width)));
                float[] found = session.Forward("Alone", new StageInput([], [], entry.Input));
                if (entry.IsOfWeights)
                    found = session.Weights("Alone", "CrossAttentionWeights").ToArray();
                Assert.Equal(entry.Expected.Length, found.Length);
                for (int row = 0; row < found.Length; row += entry.Width)
                {
                    double error = RowError.Of<float>(entry.Expected.AsSpan(row, entry.Width), found.AsSpan(row, entry.Width)).Relative;
                    Assert.True(error <= 1e-5, string.Create(CultureInfo.InvariantCulture, $"{names[i]} on {set}: expected an error of at most 1e-5, found {error:E2}"));
                    worst = Math.Max(worst, error);
                }
            }
        }

        output.WriteLine($"{count} tests, largest error of a row: {worst:E1}");
        Assert.InRange(worst, 1e-9, 1e-5);
    }

    private static double Number(GoldenFile file, string attribute, double otherwise) =>
        JsonDocument.Parse(file.Told("attributes")).RootElement.TryGetProperty(attribute, out JsonElement value) ? value.GetDouble() : otherwise;

    private static int Product(int[] sizes) => sizes.Aggregate(1, (product, size) => product * size);

    private static float[] Identity(int width) => [.. Enumerable.Range(0, width * width).Select(i => i / width == i % width ? 1f : 0)];
}
