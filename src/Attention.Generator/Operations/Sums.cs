using Attention.Generator.Graph;

namespace Attention.Generator.Operations;

/// <summary>A vector added to each row, which a product does with its finished tile.</summary>
internal sealed record AddBias(int Result, Spot Spot, int Input, int Bias) : Operation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];
}

/// <summary>The residual sum <c>residual + input</c>, which a product does with its finished tile.</summary>
internal sealed record Add(int Result, Spot Spot, int Residual, int Input) : Operation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Residual, Input);

    public override Shape ShapeOf(IShapes shapes) => shapes[Residual];
}

/// <summary>The input times a factor for each channel, or the hyperbolic tangent of one number for all, which a product does with its finished tile.</summary>
internal sealed record Gated(int Result, Spot Spot, int Input, Gating Gate) : Operation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];
}
