using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(L2Normalize normalize, Inputs inputs) => [.. inputs[normalize.Input].Select(row =>
    {
        T norm = T.Max(T.Sqrt(row.Select(x => x * x).Aggregate((a, b) => a + b)), T.CreateChecked(1e-12));
        return Each(row.Length, i => row[i] / norm);
    })];
}
