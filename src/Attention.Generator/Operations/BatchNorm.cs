using Attention.Generator.Graph;
using Attention.Generator.Planning;

namespace Attention.Generator.Operations;

/// <summary>
/// Each channel normalised by the statistics of its training, <c>(x − mean) / √(variance + ε) · weight + bias</c>: Ioffe and Szegedy 2015. It is
/// linear, so it is folded into the weights and biases of the product before it.
/// </summary>
internal sealed record BatchNorm(int Result, Spot Spot, int Input, BatchStatistics Statistics) : Operation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];
}
