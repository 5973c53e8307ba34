using Attention.Generator.Planning;

namespace Attention.Generator.Kernels;

/// <summary>A plan with the kernels that each text has for it.</summary>
internal sealed record KernelPlan(ModelPlan Plan, EquatableArray<KernelSet> Sets)
{
    public static KernelPlan Of(ModelPlan plan) => new(plan, Isa.Texts.Select(isa => KernelSet.Of(plan, isa)).ToEquatableArray());
}

/// <summary>The kernels of one instruction set, or of all that share its text, each behind those that it calls.</summary>
internal sealed record KernelSet(Isa Isa, EquatableArray<Kernel> Kernels)
{
    public static KernelSet Of(ModelPlan plan, Isa isa) => new(isa, plan.Stages.SelectMany(stage => Needed(plan, stage, isa)).SelectMany(WithCallees).Distinct().ToEquatableArray());

    /// <summary>The second paths come last, so that the first is the same without them.</summary>
    private static IEnumerable<Kernel> Needed(ModelPlan plan, StagePlan stage, Isa isa)
    {
        IRuns[] steps = [.. stage.Steps.OfType<IRuns>()];
        IEnumerable<Kernel?> first = steps.Select(step => step.KernelOn(isa, Way.Plain, plan));
        IEnumerable<Kernel?> second = steps.SelectMany(step => WaysOf(stage).Select(way => step.KernelOn(isa, way, plan)));
        return first.Concat(second).OfType<Kernel>();
    }

    private static IEnumerable<Way> WaysOf(StagePlan stage) => stage.HasBeams ? [Way.Beams, Way.Captured, Way.Sequences] : [Way.Captured];

    private static IEnumerable<Kernel> WithCallees(Kernel kernel) => kernel.Callees.SelectMany(WithCallees).Append(kernel);
}
