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
    public static KernelSet Of(ModelPlan plan, Isa isa) => new(isa, plan.Stages.SelectMany(stage => NeededFirst(plan, stage, isa))
        .Concat(plan.Stages.SelectMany(stage => On(plan, stage, isa, Way.Captured))).SelectMany(WithCallees).Distinct().ToEquatableArray());

    /// <summary>What an option asks for comes last, so that all else is the same without it.</summary>
    private static IEnumerable<Kernel> NeededFirst(ModelPlan plan, StagePlan stage, Isa isa) =>
        On(plan, stage, isa, Way.Plain).Concat(stage.HasBeams ? On(plan, stage, isa, Way.Beams, Way.Sequences) : []);

    private static IEnumerable<Kernel> On(ModelPlan plan, StagePlan stage, Isa isa, params Way[] ways) =>
        stage.Steps.OfType<IRuns>().SelectMany(step => ways.Select(way => step.KernelOn(isa, way, plan))).OfType<Kernel>();

    private static IEnumerable<Kernel> WithCallees(Kernel kernel) => kernel.Callees.SelectMany(WithCallees).Append(kernel);
}
