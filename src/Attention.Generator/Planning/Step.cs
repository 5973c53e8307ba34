using Attention.Generator.Graph;

namespace Attention.Generator.Planning;

/// <summary>
/// Rows in a session's memory: row <c>r</c> begins at <c>Offset + Inner + r · Stride</c>. Only <paramref name="Offset"/>, where
/// the buffer begins, depends on how many rows there is room for: a batch multiplies it, and not <paramref name="Inner"/>.
/// </summary>
/// <param name="IsOfBlock">Whether it holds rows of one block at a time, row 0 the block's first.</param>
internal readonly record struct RowPlace(int Offset, int Stride, int Inner = 0, bool IsOfBlock = false);

/// <summary>Where keys and values lie.</summary>
internal enum KeyPlace
{
    /// <summary>Where the projections leave them, until the next layer.</summary>
    Passing,

    /// <summary>In the tracks: a decoder's own rows.</summary>
    Own,

    /// <summary>In the caches of other stages' rows.</summary>
    Other,
}

/// <summary>Distances in weights, in the tracks, in the caches of other stages' rows, and in the kept attention weights.</summary>
internal readonly record struct Places(long Weights, int Own, int Others, int Captured)
{
    /// <summary>The distance in what lies at a place; 0 for what does not move.</summary>
    public int Of(KeyPlace place) => place switch
    {
        KeyPlace.Own => Own,
        KeyPlace.Other => Others,
        KeyPlace.Passing => 0,
        _ => throw new InvalidOperationException("No distance in " + place),
    };
}

/// <summary>One call of a kernel, with the offsets that the first layer of a run has.</summary>
internal abstract record Step
{
    /// <summary>The first of its weights that moves from layer to layer; null without.</summary>
    public virtual long? Weights => null;

    /// <summary>Whether it reads weights that all layers share, which do not move.</summary>
    public virtual bool ReadsShared => false;

    /// <summary>The first float of its keys and values of the stage's own rows; null without.</summary>
    public virtual int? Own => null;

    /// <summary>The first float of its keys and values of another stage's rows; null without.</summary>
    public virtual int? Others => null;

    /// <summary>The first of the attention weights that it may keep; null without.</summary>
    public virtual int? Captured => null;

    /// <summary>Whether it goes by where a row stands, so that rows of beams, which all stand at one place, are taken otherwise though it keeps nothing of them.</summary>
    public virtual bool GoesByPosition => false;

    /// <summary>Whether it goes by the sequence that a row belongs to, its position or what is kept of it, so that rows of several sequences are taken one by one, unless it has a kernel for them.</summary>
    public virtual bool GoesBySequence => Own is not null || Others is not null || GoesByPosition;

    /// <summary>The most rows of a sequence at a time; null for all. Neighbours that say so take the same ones, one after the other.</summary>
    public virtual int? Piece => null;

    /// <summary>The same for a layer whose things lie further on.</summary>
    public virtual Step Move(Places by) => this;

    /// <summary>The steps that it is made of: itself, where it is one.</summary>
    public virtual IEnumerable<Step> Single => [this];
}

/// <summary>A step that is made of others.</summary>
internal abstract record Several(EquatableArray<Step> Steps) : Step
{
    public sealed override long? Weights => Steps.Min(step => step.Weights);

    public sealed override bool ReadsShared => Steps.Any(step => step.ReadsShared);

    public sealed override int? Own => Steps.Min(step => step.Own);

    public sealed override int? Others => Steps.Min(step => step.Others);

    public sealed override int? Captured => Steps.Min(step => step.Captured);

    public sealed override bool GoesByPosition => Steps.Any(step => step.GoesByPosition);

    public sealed override Step Move(Places by) => this with { Steps = Steps.Select(step => step.Move(by)).ToEquatableArray() };

    public sealed override IEnumerable<Step> Single => Steps;
}

/// <summary>Steps that are done for one row after the other.</summary>
/// <param name="IsBackward">Whether the last row is the first.</param>
internal sealed record RowByRow(EquatableArray<Step> Steps, bool IsBackward) : Several(Steps);

/// <summary>Neighbours of which each makes a row from the same row: some rows take all of them before the next do, so that what lies between them stays in the second-level cache.</summary>
internal sealed record InBlocks(EquatableArray<Step> Steps) : Several(Steps);
