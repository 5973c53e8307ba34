using System.Globalization;
using Attention.Generator.Graph;
using Attention.Generator.Weights;

namespace Attention.Generator.Planning;

/// <summary>Gives every weight and every value its place and turns operations into steps.</summary>
internal static class Planner
{
    /// <summary>The plan, null where the model is too large for one.</summary>
    public static ModelPlan? Plan(NamedGraph named, List<Finding> findings)
    {
        try
        {
            return Run(named, findings);
        }
        catch (OverflowException)
        {
            findings.Add(new Finding(RuleIds.ModelTooLarge, new Target(-1),
                $"Model '{named.Graph.Name}' needs more than {int.MaxValue.ToString(CultureInfo.InvariantCulture)} floats of memory for a session, or of one table that is computed; make it smaller or split it"));
            return null;
        }
    }

    private static ModelPlan? Run(NamedGraph named, List<Finding> findings)
    {
        var memory = new MemoryPlan();
        var weights = new WeightPlan(named);
        StagePlanner[] stages = [.. named.Graph.Stages.Select(stage => new StagePlanner(named, stage, weights, memory))];
        findings.AddRange(stages.SelectMany(stage => stage.TooLarge()).GroupBy(finding => finding.Target).Select(same => same.First()));
        if (findings.Count > 0)
            return null;
        foreach (StagePlanner stage in stages)
        {
            stage.PlaceOfOther = value => stages.First(other => other.HasPlace(value)).PlaceOf(value);
            stage.PlaceKept();
        }

        foreach (StagePlanner stage in stages)
            stage.PlaceTransient();
        StagePlan[] plans = [.. stages.Select(stage => stage.Plan())];
        EquatableArray<PlannedScalar> scalars = named.Scalars.Select(scalar => new PlannedScalar(scalar.Property!, scalar.Tensor, weights.Scalar())).ToEquatableArray();
        _ = checked(memory.Floats + memory.TrackFloats);
        int[] batches = [.. stages.Zip(plans, (stage, plan) => (stage, plan)).Where(pair => pair.plan.TakesBatches).Select(pair => pair.stage.End)];
        return new ModelPlan(
            named.Graph.Name, weights.Floats, memory.Floats, memory.TrackFloats, memory.TrackStart, plans.Max(plan => plan.ScratchFloats),
            batches.Length == 0 ? 0 : checked(batches.Max() + Padding.WidestPanel),
            weights.Weights, memory.Buffers, plans.ToEquatableArray())
        {
            Unread = named.Unread,
            Scalars = scalars,
        };
    }
}
