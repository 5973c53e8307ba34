using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(AddPositions add, Inputs inputs) => AddTable(inputs[add.Input], add.Table, add.Repeat);

    private T[][] AddTable(T[][] rows, int table, int repeat = 1)
    {
        T[] positions = Parameter(table);
        return [.. rows.Select((row, p) => Each(row.Length, i => row[i] + positions[(p / repeat * row.Length) + i]))];
    }
}
