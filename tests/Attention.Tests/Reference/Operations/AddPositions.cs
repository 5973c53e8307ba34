using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(AddPositions add, Inputs inputs) => AddTable(inputs[add.Input], add.Table);

    private T[][] AddTable(T[][] rows, int table)
    {
        T[] positions = Parameter(table);
        return [.. rows.Select((row, p) => Each(row.Length, i => row[i] + positions[(p * row.Length) + i]))];
    }
}
