using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;

namespace Attention.Generator.Operations;

/// <summary>The rows of a table, again and again.</summary>
/// <param name="For">Rows of another stage, and how many of them have the table once; null where it is there once.</param>
internal sealed record TakeQueries(int Result, Spot Spot, int Table, (int Value, int Block)? For) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => For is (int value, _) ? EquatableArray.Of(value) : EquatableArray<int>.Empty;

    public override Shape ShapeOf(IShapes shapes) => new(shapes.Given, shapes.ParameterOf(Table).Columns);

    public override void Plan(StagePlanner plan) => plan.Add(new Call(
        plan.ShapeOf(Result).Rows, plan.Weights.Table(Table), plan.ParameterOf(Table).Rows, plan.WidthOf(Result), plan.PlaceOf(Result)));

    internal sealed record Call(RowCount Rows, long Table, int Queries, int Width, RowPlace Destination) : Step, ICall
    {
        public string Story => $"{StoryWriter.Count(Queries, "query row")} of {Width}";

        public void Write(StageCode code)
        {
            string table = code.Weight(Table), count = code.RowsOf(Rows);
            int padded = Padding.Up(Width, Measures.Group), stride = Padding.Stride(Width);
            using (code.Block($"for (int first = 0; first < {count}; first += {Queries})"))
                code.Line($"RowCopy.Copy({Queries}, {padded}, {table}, {stride}, {code.At(Destination, "first")}, {Destination.Stride});");
        }
    }
}
