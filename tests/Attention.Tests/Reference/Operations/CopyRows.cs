using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(CopyRows copy, Inputs inputs) => inputs[copy.Input];
}
