using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(AddTypes add, Inputs inputs)
    {
        T[] types = Parameter(add.Table);
        int[] given = inputs.Given.Types;
        return [.. inputs[add.Input].Select((row, r) => Each(row.Length, i => row[i] + types[((given.Length > 0 ? given[r] : 0) * row.Length) + i]))];
    }
}
