using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(Embed embed, Inputs inputs)
    {
        T[] table = Parameter(embed.Table);
        int width = Graph.Parameters[embed.Table].Columns;
        T[][] rows = [.. inputs.Given.Tokens.Select(token => Each(width, i => table[(token * width) + i] * T.CreateChecked(embed.Scale)))];
        return embed.Positions is int positions ? AddTable(rows, positions) : rows;
    }
}
