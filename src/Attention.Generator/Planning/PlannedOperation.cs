using Attention.Generator.Graph;

namespace Attention.Generator.Planning;

/// <summary>An operation that planning can turn into steps.</summary>
internal abstract record PlannedOperation(int Result, Spot Spot) : Operation(Result, Spot)
{
    /// <summary>Whether the rows it makes can go straight into the caller's memory, which has no padding.</summary>
    public virtual bool CanWriteToCaller => false;

    /// <summary>Whether it makes each row from the same row of what it reads, and from nothing else.</summary>
    public virtual bool IsOfEachRow => false;

    /// <summary>The most keys that a row of its scores has, 0 where it has none.</summary>
    public virtual int ScoredKeys(StagePlanner plan) => 0;

    /// <summary>Floats that each thread needs for itself.</summary>
    public virtual int ScratchFloats(StagePlanner plan) => 0;

    /// <summary>Multiplications and additions of one row's products.</summary>
    public virtual long FlopsPerRow(StagePlanner plan) => 0;

    /// <summary>What is too large of it for offsets of 32 bits, null where nothing is.</summary>
    public virtual Finding? TooLarge(StagePlanner plan) => null;

    /// <summary>Finds places for what lives on between calls.</summary>
    public virtual void Keep(StagePlanner plan)
    {
    }

    /// <summary>Adds the steps, and the weights that they need.</summary>
    public abstract void Plan(StagePlanner plan);
}
