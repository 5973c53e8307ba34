using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(TakeQueries take, Inputs inputs)
    {
        (int rows, int width) = (Graph.Parameters[take.Table].Rows, Graph.Parameters[take.Table].Columns);
        int times = take.For is (int value, int block) ? (int)Math.Ceiling(inputs[value].Length / (double)block) : 1;
        return [.. Enumerable.Range(0, rows * times).Select(row => Parameter(take.Table).AsSpan(row % rows * width, width).ToArray())];
    }

    /// <summary>Places, which the reference of attention does not go by: it lists the stage's own rows first.</summary>
    private T[][] Of(BlockBounds bounds, Inputs inputs) => [.. Enumerable.Range(0, bounds.Block * (int)Math.Ceiling(inputs[bounds.Others].Length / (double)bounds.OtherBlock)).Select(_ => new T[2])];
}
