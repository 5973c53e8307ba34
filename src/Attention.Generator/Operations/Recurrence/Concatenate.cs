using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Planning;

namespace Attention.Generator.Operations;

/// <summary>Rows of several values side by side.</summary>
internal sealed record Concatenate(int Result, Spot Spot, EquatableArray<int> Values) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => Values;

    public override Shape ShapeOf(IShapes shapes) => new(shapes[Values[0]].Rows, Values.Sum(value => shapes[value].Width));

    public override void Plan(StagePlanner plan)
    {
        RowPlace to = plan.PlaceOf(Result);
        int column = 0;
        for (int i = 0; i < Values.Count; i++)
        {
            int width = plan.WidthOf(Values[i]);
            int padding = i < Values.Count - 1 ? 0 : Padding.Up(column + width, Measures.Group) - (column + width);
            plan.Add(new Call(plan.ShapeOf(Result).Rows, plan.PlaceOf(Values[i]), to with { Inner = to.Inner + column }, width, padding));
            column += width;
        }
    }

    /// <summary>The rows of one value, and behind those of the last the row's padding.</summary>
    internal sealed record Call(RowCount Count, RowPlace From, RowPlace Destination, int Width, int Zeros) : Step, ICall
    {
        public string Story => $"copy {Width} channels";

        public void Write(StageCode code)
        {
            code.Line($"RowCopy.Copy({code.RowsOf(Count)}, {Width}, {code.At(From)}, {From.Stride}, {code.At(Destination)}, {Destination.Stride});");
            if (Zeros > 0)
                code.Line($"RowCopy.Clear({code.RowsOf(Count)}, {Zeros}, {code.At(Destination with { Inner = Destination.Inner + Width })}, {Destination.Stride});");
        }
    }
}

/// <summary>Some columns of a value.</summary>
internal sealed record Columns(int Result, Spot Spot, Slice Input, int Width) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input.Value);

    public override Shape ShapeOf(IShapes shapes) => shapes[Input.Value] with { Width = Width };

    public override void Plan(StagePlanner plan)
    {
        int padding = Padding.Up(Width, Measures.Group) - Width;
        plan.Add(new Concatenate.Call(plan.ShapeOf(Result).Rows, plan.PlaceOf(Input), plan.PlaceOf(Result), Width, padding));
    }
}

/// <summary>Of each of some values of another stage one row, side by side: the last, or the first.</summary>
/// <param name="Stage">The other stage.</param>
internal sealed record EndRows(int Result, Spot Spot, int Stage, EquatableArray<EndRow> Rows) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => Rows.Select(row => row.Value).ToEquatableArray();

    public override int? OtherStage => Stage;

    public override string Word => "states at the end";

    public override Shape ShapeOf(IShapes shapes) => new(new One(shapes.Given.Stage), Rows.Sum(row => shapes[row.Value].Width));

    public override void Plan(StagePlanner plan)
    {
        RowPlace to = plan.PlaceOf(Result);
        int column = 0;
        foreach (EndRow row in Rows)
        {
            int width = plan.WidthOf(row.Value);
            plan.Add(new Call(plan.ShapeOf(row.Value).Rows, row.IsFirst, plan.PlaceOf(row.Value), to with { Inner = to.Inner + column }, width));
            column += width;
        }
    }

    internal sealed record Call(RowCount Count, bool IsFirst, RowPlace From, RowPlace Destination, int Width) : Step, ICall
    {
        public string Story => $"{Width} channels of the {(IsFirst ? "first" : "last")} row";

        public void Write(StageCode code)
        {
            code.Line($"RowCopy.Copy(1, {Width}, {code.At(From, IsFirst ? null : $"({code.RowsOf(Count)} - 1)")}, 0, {code.At(Destination)}, 0);");
        }
    }
}
