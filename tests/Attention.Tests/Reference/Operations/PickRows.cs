using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    /// <summary>All of them: that those named are the same is a matter of bits.</summary>
    private T[][] Of(PickRows pick, Inputs inputs) => inputs[pick.Input];
}
