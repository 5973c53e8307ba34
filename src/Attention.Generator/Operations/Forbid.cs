using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Planning;
using Attention.Generator.Text;

namespace Attention.Generator.Operations;

/// <summary>Logits of which those of tokens that cannot stand in the next row are the least number there is; a product does it where it puts them.</summary>
/// <param name="Kinds">The kinds of tokens, in the order of their rows.</param>
internal sealed record Forbid(int Result, Spot Spot, int Input, EquatableArray<TokenSegment> Kinds) : Operation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];

    /// <summary>The same where the caller takes them, row after row without padding.</summary>
    internal sealed record Call(RowCount Count, EquatableArray<TokenSegment> Kinds) : Step, ICall, ITakesPosition
    {
        public override bool GoesBySequence => true;

        public string Story => "forbid tokens that cannot follow";

        public void Write(StageCode code) => code.Line(code.IsOfSequences
            ? $"TokenKinds.Forbid({CallSource.ArrayOf(Kinds)}, position, 0, 1, {StageCode.At("destination", 0, $"{code.Row} * (nint){CodeWriter.Number(Kinds.Sum(kind => kind.Tokens))}")});"
            : $"TokenKinds.Forbid({CallSource.ArrayOf(Kinds)}, position, apart, {code.RowsOf(Count)}, ref destination);");
    }
}
