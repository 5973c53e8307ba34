using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(Embed embed, Inputs inputs)
    {
        T[] table = Parameter(embed.Table);
        int width = Graph.Parameters[embed.Table].Columns;
        int Padded(int token, int place) => embed.Padding is PlacePadding padding && token == padding.Token && place > 0 && place < padding.Length ? padding.Vocabulary + place - 1 : token;
        T[][] rows = [.. inputs.Given.Tokens.Select(Padded).Select(token => Each(width, i => table[(token * width) + i] * T.CreateChecked(embed.Scale)))];
        return embed.Positions is int positions ? AddTable(rows, positions) : rows;
    }
}
