namespace Attention.Generator.Graph;

/// <summary>Where an operation stands in its stage.</summary>
internal enum Section
{
    /// <summary>Source and stem, before the layers.</summary>
    Stem,

    /// <summary>The body of a layer.</summary>
    Layer,

    /// <summary>A map of another stage's rows, done once for each new source.</summary>
    Other,

    /// <summary>The norm behind the last layer.</summary>
    Final,

    /// <summary>The chain of outputs.</summary>
    Output,
}

/// <summary>The attribute an operation comes from: the stage, and the attribute's place in it.</summary>
internal readonly record struct Origin(int Stage, int Part);

/// <summary>Where an operation stands and what it comes from.</summary>
/// <param name="Section">The part of the stage.</param>
/// <param name="Layer">The layer, −1 outside of the layers.</param>
/// <param name="Origin">The attribute.</param>
internal readonly record struct Spot(Section Section, int Layer, Origin Origin)
{
    /// <summary>The loop that it is part of; null for what is done for all rows at once.</summary>
    public Loop? Loop { get; init; }

    /// <summary>The same place among the maps of other stages' rows, which no loop has part in.</summary>
    public Spot OfOther() => this with { Section = Section.Other, Loop = null };
}

/// <summary>
/// Rows that are made one after the other, since each depends on one made before it: the operations of a loop are done for one row,
/// then for the next.
/// </summary>
/// <param name="Number">Which loop of the stage it is.</param>
/// <param name="IsBackward">Whether the last row is made first.</param>
internal sealed record Loop(int Number, bool IsBackward);

/// <summary>The columns of a value from <see cref="Column"/> on.</summary>
internal readonly record struct Slice(int Value, int Column = 0);

/// <summary>
/// One operation: it makes the value <see cref="Result"/>. What the graph asks of it stands here; what planning, kernels and
/// writing ask stands in interfaces of their own, and one file answers all of them.
/// </summary>
internal abstract record Operation(int Result, Spot Spot)
{
    public Section Section => Spot.Section;

    public int Layer => Spot.Layer;

    public Origin Origin => Spot.Origin;

    public Loop? Loop => Spot.Loop;

    /// <summary>The values that are read.</summary>
    public abstract EquatableArray<int> Reads { get; }

    /// <summary>The shape of the result.</summary>
    public abstract Shape ShapeOf(IShapes shapes);

    /// <summary>The value in whose place the result may be computed, if that value dies here; null for none.</summary>
    public virtual int? LiesOn => null;

    /// <summary>How many rows further on than those of <see cref="LiesOn"/> the result begins.</summary>
    public virtual int RowsBefore => 0;

    /// <summary>The other stage that it reads as a whole, null for none.</summary>
    public virtual int? OtherStage => null;

    /// <summary>Whether the result lies where the operation itself says, and not among the stage's rows.</summary>
    public virtual bool HasPlaceOfItsOwn => false;

    /// <summary>What the buffer of the result is called in the story.</summary>
    public virtual string Word => "rows";

    /// <summary>This operation with the one that reads its result folded in, to the same bits; null where one kernel cannot do both.</summary>
    public virtual Operation? Absorb(Operation next) => null;
}
