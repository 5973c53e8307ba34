using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Weights;

namespace Attention.Generator.Passes;

/// <summary>
/// Has keys and values kept that later calls read: a decoder's own rows, which its next steps see, and those of other stages,
/// which are made once for each of their passes.
/// </summary>
internal static class CachePass
{
    public static NamedGraph Run(NamedGraph named)
    {
        int values = named.Shaped.Shapes.Count;
        var stages = new List<StageGraph>();
        foreach (StageGraph stage in named.Graph.Stages)
            stages.Add(stage with { Operations = Cache(stage, named.Graph.KeyValues, ref values).ToEquatableArray() });
        ModelGraph graph = named.Graph with { Stages = stages.ToEquatableArray() };
        return named with { Shaped = named.Shaped with { Graph = graph, Shapes = ShapeInference.Infer(graph) } };
    }

    private static List<Operation> Cache(StageGraph stage, WeightFormat format, ref int values)
    {
        var operations = stage.Operations.ToList();
        foreach (Attend attend in stage.Operations.OfType<Attend>().Where(attend => !attend.IsCached && attend.IsKeptBy(stage)))
        {
            Spot spot = attend.Other is null || attend.Section == Section.Stem ? attend.Spot : attend.Spot.OfOther();
            Ring? ring = attend.Other is null && !attend.Capture ? Ring.Of(attend.Mask, stage.Length) : null;
            var keys = new KeepKeys(values++, spot, attend.Key, attend.KeyValueHeads, attend.HeadWidth, attend.Other) { Spacing = attend.Included?.Other, Ring = ring, Format = format };
            var kept = new KeepValues(values++, spot, attend.Value, attend.KeyValueHeads, attend.ValueWidth, attend.Other) { Spacing = attend.Included?.Other, Ring = ring, Format = format };
            int at = operations.IndexOf(attend);
            operations[at] = attend with { Key = new Slice(keys.Result), Value = new Slice(kept.Result), IsCached = true, Ring = ring, Format = format };
            if (attend.Included is IncludedRows included)
            {
                var ownKeys = new KeepKeys(values++, attend.Spot, included.Key, attend.KeyValueHeads, attend.HeadWidth, attend.Other) { Spacing = included.Own, Among = keys.Result, Format = format };
                var ownValues = new KeepValues(values++, attend.Spot, included.Value, attend.KeyValueHeads, attend.HeadWidth, attend.Other) { Spacing = included.Own, Among = kept.Result, Format = format };
                operations[at] = (Attend)operations[at] with { Included = included with { Key = new Slice(ownKeys.Result), Value = new Slice(ownValues.Result) } };
                operations.InsertRange(at, [ownKeys, ownValues]);
            }

            if (attend.Other is not null)
                at = 1 + operations.FindLastIndex(operation => operation.Result == attend.Key.Value || operation.Result == attend.Value.Value);
            operations.InsertRange(at, [keys, kept]);
        }

        return operations;
    }
}
