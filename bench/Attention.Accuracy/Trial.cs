using Attention.Tests.Reference;

namespace Attention.Accuracy;

/// <summary>What a model makes of a trial's inputs at one level.</summary>
/// <param name="Figure">How well it does its task.</param>
/// <param name="Said">What it decides, item by item; none where it decides nothing.</param>
/// <param name="Rows">What it computes.</param>
internal sealed record Answers(string Figure, int[][] Said, IReadOnlyList<float[]> Rows);

/// <summary>A real model and what it is tried on.</summary>
internal abstract class Trial
{
    public abstract string Name { get; }

    /// <summary>What figure, what is decided, and what of the rows is compared.</summary>
    public abstract string Told { get; }

    /// <summary>The file or folder that is missing; null where all are there.</summary>
    public abstract string? Missing { get; }

    /// <summary>Tries the model.</summary>
    /// <param name="level">How it computes.</param>
    /// <param name="exact">What it answers in float32; null where this is what is asked for.</param>
    public abstract Answers Run(ILevel level, Answers? exact);

    /// <summary>How far a row is from what it is in float32.</summary>
    public virtual double Error(float[] exact, float[] row) => RowError.Of<float>(exact, row).Relative;
}
