using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>What a session keeps of the rows that an attention reads, so that a later call can read them too.</summary>
/// <param name="Input">The rows.</param>
/// <param name="Heads">How many heads lie side by side in them.</param>
/// <param name="HeadWidth">Channels of a head.</param>
/// <param name="Other">The stage whose rows they are, null for the stage's own.</param>
internal abstract record KeepRows(int Result, Spot Spot, Slice Input, int Heads, int HeadWidth, int? Other) : PlannedOperation(Result, Spot)
{
    /// <summary>Where the rows stand, if not one behind the other.</summary>
    public Spacing? Spacing { get; init; }

    /// <summary>Where they go round; null where all are kept.</summary>
    public Ring? Ring { get; init; }

    /// <summary>What keys and values are rounded to when they are kept.</summary>
    public WeightFormat Format { get; init; }

    /// <summary>What is kept already, among which these rows stand; null where they are kept for themselves.</summary>
    public int? Among { get; init; }

    public sealed override EquatableArray<int> Reads => EquatableArray.Of(Input.Value);

    public sealed override Shape ShapeOf(IShapes shapes) => shapes[Input.Value] with { Width = Heads * HeadWidth };

    public sealed override bool HasPlaceOfItsOwn => true;

    /// <summary>A decoder's own rows are kept in the tracks, one for each beam; those of other stages are the same for all.</summary>
    protected KeyPlace Place => Other is null ? KeyPlace.Own : KeyPlace.Other;

    /// <summary>The most rows.</summary>
    protected int RowsOf(StagePlanner plan) => Ring is not null ? checked(2 * Ring.Keys) : Other is int other ? checked(plan.StageOf(other).Length + (Spacing is null ? 0 : plan.Stage.Length)) : plan.Stage.Length;

    /// <summary>How rows in blocks are copied, as arguments.</summary>
    protected static string BlocksOf(Spacing spacing) => $"{Number(spacing.First)}, {Number(spacing.Block)}, {Number(spacing.Apart)}";

    /// <summary>The format as a last argument, of floats none.</summary>
    protected static string To(WeightFormat format) => format == WeightFormat.Float32 ? "" : ", " + format.Code();

    /// <summary>What is kept, its floats and its shape in words.</summary>
    protected abstract (string What, long Floats, string Shape) Size(StagePlanner plan);

    public sealed override void Keep(StagePlanner plan)
    {
        if (Among is int among)
        {
            plan.Remember(Result, plan.Recall<int>(among));
            return;
        }

        (string what, long floats, string shape) = Size(plan);
        string name = $"{plan.Stage.Name}{(Layer < 0 ? "" : $" layer {Number(Layer)}")} {(Place == KeyPlace.Own ? "own" : "source")} {what}";
        plan.Remember(Result, Place == KeyPlace.Own ? plan.Memory.KeepInTracks(name, floats, shape) : plan.Memory.Keep(name, floats, shape));
    }

    /// <summary>Where it begins, of tracks in the first.</summary>
    protected int OffsetOf(StagePlanner plan) => OffsetOf(plan, Result, Other);

    /// <summary>Where what is kept as a value begins.</summary>
    public static int OffsetOf(StagePlanner plan, int value, int? other) => plan.Recall<int>(value) + (other is null ? plan.Memory.TrackStart : 0);
}

/// <summary>Keys, in panels <c>[head][key / 32][channel][32]</c>.</summary>
internal sealed record KeepKeys(int Result, Spot Spot, Slice Input, int Heads, int HeadWidth, int? Other) : KeepRows(Result, Spot, Input, Heads, HeadWidth, Other)
{
    /// <summary>The floats in whose place the panels of so many keys of one head stand.</summary>
    public static int HeadFloatsOf(int keys, int headWidth, WeightFormat format) => checked(Padding.Up(keys, Measures.KeyPanel) / format.PerFloat() * headWidth);

    private int HeadFloats(StagePlanner plan) => HeadFloatsOf(RowsOf(plan), HeadWidth, Format);

    protected override (string What, long Floats, string Shape) Size(StagePlanner plan) => (
        "keys", (long)Heads * HeadFloats(plan), $"[{StoryWriter.Count(Heads, "head")}][{StoryWriter.Count(Padding.Up(RowsOf(plan), Measures.KeyPanel) / Measures.KeyPanel, "panel")}][{HeadWidth}][{Measures.KeyPanel} keys]{Format.Story()}");

    public override void Plan(StagePlanner plan) =>
        plan.Add(new Call(plan.ShapeOf(Input.Value).Rows, plan.PlaceOf(Input), OffsetOf(plan), Place, Heads, HeadWidth, HeadFloats(plan), Spacing, Ring, Format));

    /// <summary>Keys, row by row, to the panels, from key <c>position</c> on.</summary>
    internal sealed record Call(RowCount Count, RowPlace From, int Keys, KeyPlace Place, int Heads, int HeadWidth, int HeadFloats, Spacing? Spacing, Ring? Ring, WeightFormat Format) : Step, ICall, IPaged
    {
        public override int? Own => Place == KeyPlace.Own ? Keys : null;

        public override int? Others => Place == KeyPlace.Other ? Keys : null;

        public override int? Piece => Ring is null ? null : Ring.Piece;

        public override Step Move(Places by) => this with { Keys = Keys + by.Of(Place) };

        public string Story => $"keys of {StoryWriter.Count(Heads, "head")} to panels";

        public void Write(StageCode code)
        {
            if (Ring is null && Place == KeyPlace.Own && code.NextKept(Place, Keys) is var (next, position))
            {
                code.Line($"if ({code.Row} + 1 < rows)");
                code.Line($"    KeyPanels.Ask({position}, {next}, {Heads}, {HeadWidth}, {HeadFloats}{To(Format)});");
            }

            code.Line(Spacing is not null
                ? $"KeyPanels.PackBlocks({BlocksOf(Spacing)}, {code.RowsOf(Count)}, {code.At(From)}, {From.Stride}, {code.Kept(Place, Keys)}, {Heads}, {HeadWidth}, {HeadFloats}{To(Format)});"
                : code.IsOfBeams && Place == KeyPlace.Own
                ? $"KeyPanels.PackBeams({(Ring is null ? "position" : Ring.Place("position"))}, rows, {code.Page()}, {code.At(From)}, {From.Stride}, {code.Kept(Place, Keys)}, {Heads}, {HeadWidth}, {HeadFloats}{To(Format)});"
                : $"KeyPanels.{(Ring is null ? $"Pack({code.Position}" : $"PackRing({Number(Ring.Keys)}, {code.Position}")}, {code.RowsOf(Count)}, {code.At(From)}, {From.Stride}, {code.Kept(Place, Keys)}, {Heads}, {HeadWidth}, {HeadFloats}{To(Format)});");
        }

        public IEnumerable<string> CopyPage(string runtime, int trackFloats, Func<int, string> at) =>
            Place == KeyPlace.Own ? [$"{runtime}KeyPanels.CopyPage({Ring?.Place("_attentionPosition") ?? "_attentionPosition"}, from, to, {trackFloats}, {at(Keys)}, {Heads}, {HeadWidth / Format.PerFloat()}, {HeadFloats});"] : [];
    }
}

/// <summary>Values, row by row.</summary>
internal sealed record KeepValues(int Result, Spot Spot, Slice Input, int Heads, int HeadWidth, int? Other) : KeepRows(Result, Spot, Input, Heads, HeadWidth, Other)
{
    /// <summary>What they are, in the story.</summary>
    public string What { get; init; } = "values";

    /// <summary>The distance of two rows of so many channels, in floats.</summary>
    public static int StrideOf(int width, WeightFormat format) => Padding.Stride(Padding.Over(width, format.PerFloat()));

    private int Stride => StrideOf(Heads * HeadWidth, Format);

    protected override (string What, long Floats, string Shape) Size(StagePlanner plan) => (What, (long)RowsOf(plan) * Stride, $"{RowsOf(plan)} × {Stride * Format.PerFloat()}{Format.Story()}");

    public override void Plan(StagePlanner plan) =>
        plan.Add(new Call(plan.ShapeOf(Input.Value).Rows, plan.PlaceOf(Input), new RowPlace(OffsetOf(plan), Stride), Place, Heads * HeadWidth, What, Spacing, Ring, Format));

    /// <summary>Values, from key <c>position</c> on.</summary>
    internal sealed record Call(RowCount Count, RowPlace From, RowPlace Destination, KeyPlace Place, int Width, string What, Spacing? Spacing, Ring? Ring, WeightFormat Format) : Step, ICall, IPaged
    {
        public override int? Own => Place == KeyPlace.Own ? Destination.Offset : null;

        public override int? Others => Place == KeyPlace.Other ? Destination.Offset : null;

        public override int? Piece => Ring is null ? null : Ring.Piece;

        public override Step Move(Places by) => this with { Destination = Destination with { Offset = Destination.Offset + by.Of(Place) } };

        public string Story => $"{What} to the cache";

        public void Write(StageCode code)
        {
            string values = code.Kept(Place, Destination.Offset);
            if (Spacing is not null)
            {
                code.Line($"RowCopy.CopyBlocks({BlocksOf(Spacing)}, {code.RowsOf(Count)}, {Width}, {code.At(From)}, {From.Stride}, {values}, {Destination.Stride}{To(Format)});");
                return;
            }

            if (Ring is not null && !code.IsOfBeams)
            {
                code.Line($"RowCopy.CopyRing({Number(Ring.Keys)}, {code.Position}, {code.RowsOf(Count)}, {Width}, {code.At(From)}, {From.Stride}, {values}, {Destination.Stride}{To(Format)});");
                return;
            }

            string shifted = Ring is not null ? $"ref Unsafe.Add({values}, {Ring.Place("position")} * (nint){Destination.Stride})" : code.Position == "0" ? values : $"ref Unsafe.Add({values}, {code.Position} * (nint){Destination.Stride})";
            code.Line(code.IsOfBeams && Place == KeyPlace.Own
                ? $"RowCopy.CopyBeams(rows, {code.Page()}, {Width}, {code.At(From)}, {From.Stride}, {shifted}{To(Format)});"
                : $"RowCopy.Copy({code.RowsOf(Count)}, {Width}, {code.At(From)}, {From.Stride}, {shifted}, {Destination.Stride}{To(Format)});");
        }

        public IEnumerable<string> CopyPage(string runtime, int trackFloats, Func<int, string> at) =>
            Place == KeyPlace.Own ? [$"{runtime}RowCopy.CopyPage({Ring?.Place("_attentionPosition") ?? "_attentionPosition"}, from, to, {trackFloats}, {at(Destination.Offset)}, {Destination.Stride});"] : [];
    }
}
