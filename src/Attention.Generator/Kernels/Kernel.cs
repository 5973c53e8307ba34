using Attention.Generator.Planning;

namespace Attention.Generator.Kernels;

/// <summary>One kernel: what is a literal in it, the shapes and strides by which it differs from others, and how it is written.</summary>
internal abstract record Kernel
{
    /// <summary>The method's name; kernels that would share one are numbered.</summary>
    public abstract string Name { get; }

    /// <summary>The kernels that it calls.</summary>
    public virtual IEnumerable<Kernel> Callees => [];

    /// <summary>Whether threads share the kernel's work.</summary>
    public virtual bool IsShared => false;

    /// <summary>Whether few calls need it, so that it is compiled for the first of them.</summary>
    public virtual bool IsRare => false;

    /// <summary>Writes the method.</summary>
    public abstract void Write(KernelCode code);
}

/// <summary>The ways through a stage: one token after the other, a row for each beam, keeping attention weights, or a row for each of several sequences.</summary>
internal enum Way
{
    Plain,
    Beams,
    Captured,
    Sequences,
}

/// <summary>A step that calls kernels written for the model.</summary>
internal interface IRuns
{
    /// <summary>The kernel of an instruction set by which the step goes on a way; null where that is the plain way's.</summary>
    Kernel? KernelOn(Isa isa, Way way, ModelPlan plan);
}
