using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(KeepKeys keep, Inputs inputs) => Columns(inputs[keep.Input.Value], keep.Input.Column, keep.Heads * keep.HeadWidth);

    private T[][] Of(KeepValues keep, Inputs inputs) => Columns(inputs[keep.Input.Value], keep.Input.Column, keep.Heads * keep.HeadWidth);

    private static T[][] Columns(T[][] rows, int first, int count) => [.. rows.Select(row => row[first..(first + count)])];
}
