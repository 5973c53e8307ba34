using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;

namespace Attention.Generator.Operations;

/// <summary>For each row of a loop what the row before it has made; for the first what it begins with, or zeros.</summary>
/// <param name="Along">A value of the loop's rows, of which there are as many.</param>
/// <param name="Made">What a row makes, later in the loop: of a decoder, kept so that the next call finds it.</param>
/// <param name="Width">How wide that is.</param>
/// <param name="Initial">What the first row begins with, kept; null for zeros.</param>
internal sealed record Recall(int Result, Spot Spot, int Along, int Made, int Width, int? Initial, bool IsKept) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => Initial is int initial ? EquatableArray.Of(Made, initial) : EquatableArray.Of(Made);

    public override string Word => "states before";

    public override Shape ShapeOf(IShapes shapes) => new(shapes[Along].Rows, Width);

    public override void Plan(StagePlanner plan)
    {
        int stride = Padding.Stride(Width);
        RowPlace made = IsKept ? new RowPlace(KeepRows.OffsetOf(plan, Made, other: null), stride) : plan.PlaceOf(Made);
        plan.Add(new Call(plan.ShapeOf(Result).Rows, made, Initial is int initial ? plan.Recall<int>(initial) : null, IsKept, Spot.Loop!.IsBackward, Width, plan.PlaceOf(Result)));
    }

    /// <summary>In beams every row is another beam's next, whose past its tracks hold.</summary>
    internal sealed record Call(RowCount Count, RowPlace Made, int? Initial, bool IsKept, bool IsBackward, int Width, RowPlace Destination) : Step, ICall
    {
        public override int? Own => IsKept ? Made.Offset : null;

        public override int? Others => Initial;

        public override Step Move(Places by) => this with { Made = IsKept ? Made with { Offset = Made.Offset + by.Own } : Made, Initial = Initial + by.Others };

        public string Story => $"recall {Width} of the row {(IsBackward ? "behind" : "before")}{(Initial is null ? "" : ", or what the first begins with")}";

        public void Write(StageCode code)
        {
            string rows = code.RowsOf(Count), to = code.At(Destination);
            code.Line($"if ({code.IsFirstRow})");
            code.Line(Initial is int initial
                ? $"    RowCopy.Copy({rows}, {Width}, {code.Kept(KeyPlace.Other, initial)}, 0, {to}, {Destination.Stride});"
                : $"    RowCopy.Clear({rows}, {Width}, {to}, {Destination.Stride});");
            code.Line("else");
            string before = IsKept && !code.TakesBatches ? $"({code.Position} - 1)" : $"({code.Row} {(IsBackward ? "+" : "-")} 1)";
            if (!IsKept)
                code.Line($"    RowCopy.Copy({rows}, {Width}, {code.At(Made, before)}, {Made.Stride}, {to}, {Destination.Stride});");
            else if (code.IsOfBeams)
                code.Line($"    RowCopy.CopyOfBeams(rows, tracks.Slice((position - 1) / {Measures.KeyPanel} * rows, rows), {code.Plan.TrackFloats}, {Width}, ref Unsafe.Add({code.Kept(KeyPlace.Own, Made.Offset)}, {before} * (nint){Made.Stride}), {to}, {Destination.Stride});");
            else
                code.Line($"    RowCopy.Copy({rows}, {Width}, ref Unsafe.Add({code.Kept(KeyPlace.Own, Made.Offset)}, {before} * (nint){Made.Stride}), 0, {to}, 0);");
        }
    }
}

/// <summary>What the first row of a decoder's loop begins with, kept for as long as the rows are that it was made of.</summary>
internal sealed record KeepStart(int Result, Spot Spot, int Input) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override bool HasPlaceOfItsOwn => true;

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];

    public override void Keep(StagePlanner plan)
    {
        int floats = Padding.Up(plan.WidthOf(Input), Measures.Group);
        plan.Remember(Result, plan.Memory.Keep(plan.Stage.Name + " first state", floats, $"1 × {floats}"));
    }

    public override void Plan(StagePlanner plan) => plan.Add(new Call(plan.PlaceOf(Input), plan.Recall<int>(Result), plan.WidthOf(Input)));

    internal sealed record Call(RowPlace From, int Start, int Width) : Step, ICall
    {
        public override int? Others => Start;

        public override Step Move(Places by) => this with { Start = Start + by.Others };

        public string Story => $"the first state of {Width}, kept";

        public void Write(StageCode code)
        {
            code.Line($"RowCopy.Copy(1, {Width}, {code.At(From)}, 0, {code.Kept(KeyPlace.Other, Start)}, 0);");
        }
    }
}
