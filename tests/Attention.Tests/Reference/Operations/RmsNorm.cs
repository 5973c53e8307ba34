using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(RmsNorm norm, Inputs inputs)
    {
        T[] weight = Parameter(norm.Weight);
        return Added(norm, inputs, inputs[norm.Input].Select(row =>
        {
            T mean = row.Select(x => x * x).Aggregate((a, b) => a + b) / T.CreateChecked(row.Length);
            T scale = T.One / T.Sqrt(mean + T.CreateChecked(norm.Epsilon));
            return Each(row.Length, i => row[i] * scale * (norm.PlusOne ? T.One + weight[i] : weight[i]));
        }));
    }
}
