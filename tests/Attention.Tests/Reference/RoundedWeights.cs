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
            string name = binding.Template!.Replace("{layer}", parameter.Layer.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            if (!done.Add((name, binding.First, parameter.FirstColumn)))
                continue;
            if (format == WeightFormat.BFloat16)
                result[name] = [.. values[name].Select(BFloat16)];
            else
                Int8(values[name], result, name, parameter, binding);
        }

        return result;
    }

    /// <summary>The nearest number with eight significant bits; ties go to the even one.</summary>
    private static float BFloat16(float value)
    {
        if (value == 0)
            return 0;
        double unit = Math.Pow(2, Math.Floor(Math.Log2(Math.Abs((double)value))) - 7);
        return (float)(Math.Round(value / unit, MidpointRounding.ToEven) * unit);
    }

    /// <summary>Each output has a scale of its own; one whose inputs are read in parts has one for each part.</summary>
    private static void Int8(float[] values, Dictionary<string, float[]> result, string name, Parameter parameter, TensorBinding binding)
    {
        int At(int output, int input) => binding.Transposed
            ? ((parameter.FirstColumn + input) * binding.Rows) + binding.First + output : ((binding.First + output) * parameter.AllColumns) + parameter.FirstColumn + input;
        float[] rounded = [.. result[name]];
        for (int output = 0; output < parameter.Rows; output++)
        {
            float scale = Enumerable.Range(0, parameter.Columns).Max(input => Math.Abs(values[At(output, input)])) / 127;
            for (int input = 0; input < parameter.Columns; input++)
                rounded[At(output, input)] = scale > 0 ? (float)Math.Round(values[At(output, input)] / scale, MidpointRounding.ToEven) * scale : 0;
        }

        result[name] = rounded;
    }
}
