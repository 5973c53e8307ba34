using System.ComponentModel;

namespace Attention.Runtime;

/// <summary>The kernels of an instruction set that can be run in chunks. Generated code derives from it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class TeamKernels
{
    /// <summary>What tells the plan that the code goes by from others: where weights and values stand, and how they are computed.</summary>
    public virtual ulong Plan => 0;

    /// <summary>Does one chunk of what <paramref name="work"/> describes.</summary>
    /// <param name="kernel">The kernel's number.</param>
    /// <param name="chunk">The part to do.</param>
    /// <param name="work">What the kernel reads and writes.</param>
    public abstract void Run(int kernel, in Chunk chunk, TeamWork work);
}
