using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>The row of a token: of the first <paramref name="Token"/>, the first row where there is none; without one, of the largest id, the first of equals.</summary>
internal sealed record TakeRow(int Result, Spot Spot, int Input, int? Token) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override Shape ShapeOf(IShapes shapes) => shapes[Input] with { Rows = new One(shapes.Given.Stage) };

    public override void Plan(StagePlanner plan) => plan.Add(new Call(plan.PlaceOf(Input), plan.PlaceOf(Result), plan.WidthOf(Input), plan.Stage.Prepended, Token));

    /// <param name="Before">Rows in front of those of the tokens.</param>
    internal sealed record Call(RowPlace From, RowPlace Destination, int Width, int Before, int? Token) : Step, ICall, ITakesTokens
    {
        public string Story => Token is int token ? $"the row of token {Number(token)}" : "the row of the largest token";

        public void Write(StageCode code) => code.EachSequence((rows, start, sequence) =>
        {
            string tokens = start is null ? "tokens" : Before == 0 ? $"tokens.Slice({start}, {rows})" : $"tokens.Slice({start} - ({sequence} * {Number(Before)}), {rows} - {Number(Before)})";
            string row = Token is int token ? $"TokenRows.First({tokens}, {Number(token)})" : $"TokenRows.Largest({tokens})";
            string at = string.Join(" + ", new[] { start, Before == 0 ? null : Number(Before), row }.OfType<string>());
            code.Line($"RowCopy.Copy(1, {Number(Padding.Up(Width, Measures.Group))}, {code.At(From, $"({at})")}, {Number(From.Stride)}, {code.At(Destination, sequence)}, {Number(Destination.Stride)});");
        });
    }
}
