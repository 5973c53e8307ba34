using System.Globalization;
using Attention.Bench;
using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Weights;

namespace Attention.Tests.Reference;

/// <summary>A checkpoint with every tensor that a graph reads, its values scaled as trained ones are.</summary>
internal sealed class RandomCheckpoint
{
    private readonly Dictionary<string, (int[] Shape, float[] Values)> _tensors = [];

    public IReadOnlyDictionary<string, float[]> Values => _tensors.ToDictionary(pair => pair.Key, pair => pair.Value.Values);

    public static RandomCheckpoint Of(NamedGraph named, int seed)
    {
        var result = new RandomCheckpoint();
        var random = new Random(seed);
        Parameter[] parameters = [.. named.Graph.Parameters.Where(parameter => parameter.Computed is null)];

        // What is stored as a difference from one is near 0.
        HashSet<int> differences = [.. named.Graph.Stages.SelectMany(stage => stage.Operations).OfType<RmsNorm>().Where(rms => rms.PlusOne).Select(rms => rms.Weight)];
        foreach (Parameter parameter in parameters)
        {
            TensorBinding binding = named.Bindings[parameter.Id];
            string name = NameOf(parameter);
            if (result._tensors.ContainsKey(name))
                continue;
            (Role role, bool bias) = (parameter.Role, parameter.Tensor.IsBias);
            bool norm = role.Kind == RoleKind.Norm && !bias, table = role.Kind is RoleKind.Table or RoleKind.Row;
            bool vector = norm || bias || role.Kind == RoleKind.Row;
            float scale = table ? 1 : vector && !table ? 0.1f : 1 / MathF.Sqrt(parameter.AllColumns);
            var values = new float[binding.Rows * parameter.AllColumns];
            for (int i = 0; i < values.Length; i++)
                values[i] = (norm && !differences.Contains(parameter.Id) ? 1 : 0) + (scale * Normal(random));
            int[] stacked = parameter.Stacked == 1 ? [] : [parameter.Stacked];
            int rows = binding.Rows / parameter.Stacked;
            result._tensors.Add(name, (vector ? [binding.Rows] : binding.Transposed ? [.. stacked, parameter.AllColumns, rows] : [.. stacked, rows, parameter.AllColumns], values));
        }

        // Of a stacked bias the parts that no parameter reads are zero, since the model is without them.
        foreach (IGrouping<string, Parameter> stack in parameters.Where(parameter => parameter.Tensor.IsBias).GroupBy(NameOf))
        {
            float[] values = result._tensors[stack.Key].Values, read = new float[values.Length];
            foreach (Parameter bias in stack)
            {
                foreach (int row in Enumerable.Range(0, bias.Rows).Select(row => named.Bindings[bias.Id].RowOf(row, bias.Rows)))
                    read[row] = values[row];
            }

            read.CopyTo(values, 0);
        }

        return result;

        string NameOf(Parameter parameter) => named.Bindings[parameter.Id].NamesOf(parameter.Layer)[0];
    }

    /// <summary>The checkpoint as a safetensors file.</summary>
    public byte[] ToFile() => TensorFile.Of(_tensors).ToArray();

    private static float Normal(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
