using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(LayerNorm norm, Inputs inputs)
    {
        T[] weight = Parameter(norm.Weight);
        T[]? bias = norm.Bias is int id ? Parameter(id) : null;
        return Added(norm, inputs, inputs[norm.Input].Select(row =>
        {
            T count = T.CreateChecked(row.Length);
            T mean = row.Aggregate((a, b) => a + b) / count;
            T variance = row.Select(x => (x - mean) * (x - mean)).Aggregate((a, b) => a + b) / count;
            T scale = T.One / T.Sqrt(variance + T.CreateChecked(norm.Epsilon));
            return Each(row.Length, i => ((row[i] - mean) * scale * weight[i]) + (bias is null ? T.Zero : bias[i]));
        }));
    }

    /// <summary>The rows themselves, or added to those that the norm is told.</summary>
    private static T[][] Added(Norm norm, Inputs inputs, IEnumerable<T[]> normed) =>
        norm.Residual is int residual ? [.. normed.Zip(inputs[residual], (row, other) => Each(row.Length, i => row[i] + other[i]))] : [.. normed];
}
