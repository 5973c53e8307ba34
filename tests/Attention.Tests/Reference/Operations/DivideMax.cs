using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(DivideMax divide, Inputs inputs) => [.. inputs[divide.Input].Select(row =>
    {
        T largest = row.Aggregate(T.Max);
        return Each(row.Length, i => row[i] / largest);
    })];
}
