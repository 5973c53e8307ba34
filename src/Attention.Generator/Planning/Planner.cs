using System.Globalization;
using Attention.Generator.Graph;
using Attention.Generator.Weights;

namespace Attention.Generator.Planning;

/// <summary>Gives every weight and every value its place and turns operations into steps.</summary>
internal static class Planner
{
    public static ModelPlan Plan(NamedGraph named)
    {
        try
        {
            return Run(named);
        }
        catch (OverflowException)
        {
            return Nothing(named, EquatableArray.Of(new Finding(RuleIds.ModelTooLarge, new Target(-1),
                $"Model '{named.Graph.Name}' needs more than {int.MaxValue.ToString(CultureInfo.InvariantCulture)} floats of weights or of memory for a session; make it smaller or split it")));
        }
    }

    private static ModelPlan Nothing(NamedGraph named, EquatableArray<Finding> findings) => new(
        named.Graph.Name, 0, 0, 0, 0, 0, 0, EquatableArray<PackedWeight>.Empty, EquatableArray<PlannedBuffer>.Empty, EquatableArray<StagePlan>.Empty, findings);

    private static ModelPlan Run(NamedGraph named)
    {
        var memory = new MemoryPlan();
        var weights = new WeightPlan(named);
        StagePlanner[] stages = [.. named.Graph.Stages.Select(stage => new StagePlanner(named, stage, weights, memory))];
        EquatableArray<Finding> tooLarge = stages.SelectMany(stage => stage.TooLarge()).GroupBy(finding => finding.Target).Select(same => same.First()).ToEquatableArray();
        if (tooLarge.Count > 0)
            return Nothing(named, tooLarge);
        foreach (StagePlanner stage in stages)
        {
            stage.PlaceOfOther = value => stages.First(other => other.HasPlace(value)).PlaceOf(value);
            stage.PlaceKept();
        }

        foreach (StagePlanner stage in stages)
            stage.PlaceTransient();
        StagePlan[] plans = [.. stages.Select(stage => stage.Plan())];
        _ = checked(memory.Floats + memory.LaneFloats);
        int[] batches = [.. stages.Zip(plans, (stage, plan) => (stage, plan)).Where(pair => pair.plan.TakesBatches).Select(pair => pair.stage.End)];
        return new ModelPlan(
            named.Graph.Name, weights.Floats, memory.Floats, memory.LaneFloats, memory.LaneStart, plans.Max(plan => plan.ScratchFloats),
            batches.Length == 0 ? 0 : checked(batches.Max() + Padding.WidestPanel),
            weights.Weights, memory.Buffers, plans.ToEquatableArray(), EquatableArray<Finding>.Empty)
        {
            Unread = named.Unread,
        };
    }
}
