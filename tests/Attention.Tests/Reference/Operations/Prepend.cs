using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(Prepend prepend, Inputs inputs) => [Parameter(prepend.Token), .. inputs[prepend.Input]];
}
