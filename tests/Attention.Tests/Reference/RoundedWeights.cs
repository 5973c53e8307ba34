using System.Globalization;
using Attention.Dsl;
using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Weights;

namespace Attention.Tests.Reference;

/// <summary>
/// What is left of a checkpoint when the weights of linear maps are stored in a narrower format: the reference for models
/// that do so, rounded here by other means than theirs.
/// </summary>
internal static class RoundedWeights
{
    public static IReadOnlyDictionary<string, float[]> Of(NamedGraph named, IReadOnlyDictionary<string, float[]> values, WeightFormat format)
    {
        if (format == WeightFormat.Float32)
            return values;
        var result = values.ToDictionary(pair => pair.Key, pair => pair.Value);
        var done = new HashSet<(string, int, int)>();
        foreach (Parameter parameter in named.Graph.Stages.SelectMany(stage => stage.Operations).OfType<Product>().SelectMany(project => project.Weights).Select(id => named.Graph.Parameters[id]))
        {
            TensorBinding binding = named.Bindings[parameter.Id];
            string name = binding.NamesOf(parameter.Layer)[0];
            if (!done.Add((name, binding.First, parameter.FirstColumn)))
                continue;
            double[]? scales = ScalesOf(named, values, parameter);
            float[] Scaled(float[] weights, Func<float, double, double> by) =>
                scales is null ? weights : [.. weights.Select((weight, i) => (float)by(weight, scales[binding.Transposed ? i % binding.Rows : i / parameter.AllColumns]))];
            float[] folded = Scaled(values[name], (weight, scale) => weight * scale);
            float[] rounded = format == WeightFormat.BFloat16 ? [.. folded.Select(BFloat16)] : Int8(folded, Scaled(result[name], (weight, scale) => weight * scale), parameter, binding);
            result[name] = Scaled(rounded, (weight, scale) => weight / scale);
        }

        return result;
    }

    /// <summary>What a norm behind a map multiplies each of its outputs by, before the weights are rounded; null without one.</summary>
    private static double[]? ScalesOf(NamedGraph named, IReadOnlyDictionary<string, float[]> values, Parameter weight)
    {
        Operation[] operations = [.. named.Graph.Stages.SelectMany(stage => stage.Operations)];
        int map = operations.OfType<Product>().First(product => product.Weights.Contains(weight.Id)).Result;
        int sum = operations.OfType<AddBias>().FirstOrDefault(bias => bias.Input == map)?.Result ?? map;
        if (operations.OfType<BatchNorm>().FirstOrDefault(norm => norm.Input == sum)?.Statistics is not BatchStatistics statistics)
            return null;
        float[] Of(int id) => values[named.Bindings[id].NamesOf(weight.Layer)[0]];
        return [.. Of(statistics.Weight).Zip(Of(statistics.Variance), (factor, variance) => factor / Math.Sqrt(variance + (double)statistics.Epsilon))];
    }

    /// <summary>The nearest number with eight significant bits; ties go to the even one.</summary>
    public static float BFloat16(float value)
    {
        if (value == 0)
            return 0;
        double unit = Math.Pow(2, Math.Floor(Math.Log2(Math.Abs((double)value))) - 7);
        return (float)(Math.Round(value / unit, MidpointRounding.ToEven) * unit);
    }

    /// <summary>Each output has a scale of its own; one whose inputs are read in parts has one for each part.</summary>
    private static float[] Int8(float[] values, float[] before, Parameter parameter, TensorBinding binding)
    {
        int At(int output, int input) => binding.Transposed
            ? ((parameter.FirstColumn + input) * binding.Rows) + binding.RowOf(output, parameter.Rows) : (binding.RowOf(output, parameter.Rows) * parameter.AllColumns) + parameter.FirstColumn + input;
        float[] rounded = [.. before];
        for (int output = 0; output < parameter.Rows; output++)
        {
            float scale = Enumerable.Range(0, parameter.Columns).Max(input => Math.Abs(values[At(output, input)])) / 127;
            for (int input = 0; input < parameter.Columns; input++)
                rounded[At(output, input)] = scale > 0 ? (float)Math.Round(values[At(output, input)] / scale, MidpointRounding.ToEven) * scale : 0;
        }

        return rounded;
    }
}
