namespace Attention.Generator.Graph;

/// <summary>The values that operations read: one place that passes, planning and tests share.</summary>
internal static class Operands
{
    public static IEnumerable<int> Of(Operation operation) => operation switch
    {
        Embed or CutPatches or TakeFeatures => [],
        CopyRows copy => [copy.Input],
        Prepend prepend => [prepend.Input],
        AddTypes types => [types.Input],
        AddPositions positions => [positions.Input],
        Normalize normalize => [normalize.Input],
        Project project => project.Residual is int residual ? [project.Input, residual] : [project.Input],
        AddBias bias => [bias.Input],
        Activate activate => [activate.Input],
        Add add => [add.Residual, add.Input],
        Attend attend => [attend.Query.Value, attend.Key.Value, attend.Value.Value],
        Pool pool => [pool.Input],
        L2Normalize normalize => [normalize.Input],
        _ => throw new InvalidOperationException("No operands known of " + operation.GetType().Name),
    };
}
