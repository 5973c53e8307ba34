using Attention.Generator.Kernels;

namespace Attention.Generator.Operations;

/// <summary>What a query and a key make of each other: a number, from which a <see cref="Weighting"/> makes a weight.</summary>
/// <param name="Scale">What scores are multiplied by, which the weighting does.</param>
/// <param name="Cap">What scaled scores are drawn together below, <c>cap · tanh(score / cap)</c>; null for no such thing.</param>
internal abstract record Score(float Scale, float? Cap)
{
    /// <summary>The kernel of a strip: <c>(panels, ref q, ref keys, ref scores)</c>, a method for each number of rows; keys in panels.</summary>
    public abstract Kernel KernelOf(int headWidth, int queryStride, int scoreStride, WeightFormat format);

    /// <summary>The same of few rows, which wait for memory; one that <see cref="Asks"/> takes <c>ref ahead, apart</c> besides.</summary>
    public abstract Kernel KernelOf(int headWidth, int queryStride, int scoreStride, WeightFormat format, FewRows rows);

    /// <summary>Whether the kernel of few rows asks for memory.</summary>
    public virtual bool Asks => false;

    /// <summary>Whether it goes by a trained vector, which the kernel takes last.</summary>
    public virtual bool HasVector => false;

    /// <summary>What a key costs in multiply-adds, or what takes as long.</summary>
    public virtual int CostOf(int headWidth) => headWidth;

    /// <summary>What kernels with it are called, behind the shape.</summary>
    public virtual string Suffix => "";

    /// <summary>What is told of it in the story; nothing of a product.</summary>
    public virtual string Story => "";

    /// <summary>The kernel that caps scores before they are scaled: <c>(rows, count, ref scores)</c>; null where nothing does.</summary>
    public Kernel? CapOf(int scoreStride) => Cap is float cap ? new SoftCap(scoreStride, Scale, cap) : null;

    /// <summary>The scores of all queries and keys, as a formula of Q and K.</summary>
    public string Formula => Cap is null ? Product : $"cap({Product})";

    /// <summary>The same without the cap.</summary>
    protected abstract string Product { get; }
}
