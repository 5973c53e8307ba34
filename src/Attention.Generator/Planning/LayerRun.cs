namespace Attention.Generator.Planning;

/// <summary>
/// Consecutive layers that differ only in where their things are: layer <c>First + i</c> has the steps of layer
/// <c>First</c>, <c>i · Shift</c> further on.
/// </summary>
internal sealed record LayerRun(int First, int Count, Places Shift, EquatableArray<Step> Steps)
{
    /// <summary>Where the first layer's things begin; null where it has none of a kind.</summary>
    public long? Weights => Steps.Min(step => step.Weights);

    /// <inheritdoc cref="Weights"/>
    public int? Own => Steps.Min(step => step.Own);

    /// <inheritdoc cref="Weights"/>
    public int? Others => Steps.Min(step => step.Others);

    /// <inheritdoc cref="Weights"/>
    public int? Captured => Steps.Min(step => step.Captured);

    /// <summary>Whether beams are a way of their own: what is kept of rows lies in tracks, or a row's place counts.</summary>
    public bool HasBeams => Own is not null || Steps.Any(step => step.GoesByPosition);

    /// <summary>Whether it reads weights that all layers share.</summary>
    public bool ReadsShared => Steps.Any(step => step.ReadsShared);

    /// <summary>Layers in as few runs as their equality allows.</summary>
    public static EquatableArray<LayerRun> Of(IEnumerable<(int Layer, Step[] Steps)> layers)
    {
        var runs = new List<LayerRun>();
        foreach ((int layer, Step[] steps) in layers)
        {
            LayerRun? last = runs.LastOrDefault();
            if (last is not null && last.ShiftTo(layer, steps) is Places shift)
                runs[runs.Count - 1] = last with { Count = last.Count + 1, Shift = shift };
            else
                runs.Add(new LayerRun(layer, 1, default, steps.ToEquatableArray()));
        }

        return runs.ToEquatableArray();
    }

    /// <summary>The shift by which the run goes on with a layer's steps, or null if they differ in more than that.</summary>
    private Places? ShiftTo(int layer, Step[] steps)
    {
        if (layer != First + Count || steps.Length != Steps.Count)
            return null;
        long Distance(Func<Step, long?> of) => Steps.Zip(steps, (a, b) => of(b) - of(a)).FirstOrDefault(distance => distance is not null) ?? 0;
        var moved = new Places(Distance(step => step.Weights), (int)Distance(step => step.Own), (int)Distance(step => step.Others), (int)Distance(step => step.Captured));
        var shift = new Places(moved.Weights / Count, moved.Own / Count, moved.Others / Count, moved.Captured / Count);
        bool isMultiple = moved == new Places(shift.Weights * Count, shift.Own * Count, shift.Others * Count, shift.Captured * Count);
        return isMultiple && (Count == 1 || shift == Shift) && Steps.Zip(steps, (a, b) => a.Move(moved) == b).All(same => same) ? shift : null;
    }
}
