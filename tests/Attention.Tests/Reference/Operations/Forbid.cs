using Attention.Generator.Graph;
using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(Forbid forbid, Inputs inputs) => Forbidden(inputs[forbid.Input], forbid.Kinds);

    /// <summary>Row <c>p</c> predicts position <c>p + 1</c>, which is of one kind.</summary>
    private static T[][] Forbidden(T[][] logits, IReadOnlyList<TokenSegment> kinds)
    {
        int[] rows = [.. kinds.SelectMany((kind, index) => Enumerable.Repeat(index, kind.Rows)), kinds.Count - 1];
        int[] ids = [.. kinds.SelectMany((kind, index) => Enumerable.Repeat(index, kind.Tokens))];
        return [.. logits.Select((row, position) => Each(row.Length, id => ids[id] == rows[position + 1] ? row[id] : T.CreateChecked(float.MinValue)))];
    }
}
