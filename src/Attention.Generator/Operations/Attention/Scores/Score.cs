using Attention.Generator.Kernels;

namespace Attention.Generator.Operations;

/// <summary>What a query and a key make of each other: a number, from which a <see cref="Weighting"/> makes a weight.</summary>
/// <param name="Scale">What scores are multiplied by, which the weighting does.</param>
internal abstract record Score(float Scale)
{
    /// <summary>The kernel of a strip: <c>(panels, ref q, ref keys, ref scores)</c>, a method for each number of rows, keys in panels.</summary>
    public abstract Kernel KernelOf(int headWidth, int queryStride, int scoreStride);

    /// <summary>The scores of all queries and keys, as a formula of Q and K.</summary>
    public abstract string Formula { get; }
}
