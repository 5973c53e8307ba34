using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Layouts;
using Attention.Generator.Parts;
using Attention.Generator.Passes;
using Attention.Generator.Planning;
using Attention.Generator.Reading;
using Attention.Generator.Weights;

namespace Attention.Generator;

/// <summary>The steps that the generator and the analyzer share, each a function of the one before.</summary>
internal static class Pipeline
{
    /// <summary>The graph of a declaration, or null where its structure does not allow one.</summary>
    public static Built Build(ModelDeclaration model, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        ModelParts parts = ModelParts.Of(model);
        model = parts.Declared;
        EquatableArray<Finding> findings = StructureCheck.Check(parts).Concat(SurfaceCheck.Check(model)).ToEquatableArray();
        return new Built(model, findings.Count == 0 ? GraphBuilder.Build(parts) : null, findings);
    }

    /// <summary>The shapes of a graph; findings of this step end the pipeline as those of the one before do.</summary>
    public static Checked Check(Built built, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        ShapedGraph? shaped = built.Graph is null ? null : ShapeCheck.Check(built.Graph, built.Model);
        return shaped is null ? new Checked(built.Model, null, built.Findings)
            : shaped.Findings.Count > 0 ? new Checked(built.Model, null, shaped.Findings)
            : new Checked(built.Model, shaped, EquatableArray<Finding>.Empty);
    }

    /// <summary>The tensors of a shaped graph.</summary>
    public static Named Name(Checked shaped, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        NamedGraph? named = shaped.Graph is null ? null : WeightNamer.Name(shaped.Graph, shaped.Model, LayoutCatalogue.Of((WeightLayout)shaped.Model.Model.Int("Layout")), Roles.Of);
        return named is null ? new Named(shaped.Model, null, shaped.Findings)
            : named.Findings.Count > 0 ? new Named(shaped.Model, null, named.Findings)
            : new Named(shaped.Model, named, EquatableArray<Finding>.Empty);
    }

    /// <summary>The same graph in operations that one kernel can do.</summary>
    public static Named Rewrite(Named named, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return named.Graph is null ? named : named with { Graph = CachePass.Run(FusionPass.Run(named.Graph)) };
    }

    /// <summary>The place of every weight and value.</summary>
    public static Planned Plan(Named named, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        ModelPlan? plan = named.Graph is null ? null : Planner.Plan(named.Graph);
        return plan is null ? new Planned(named.Model, null, named.Findings)
            : plan.Findings.Count > 0 ? new Planned(named.Model, null, plan.Findings)
            : new Planned(named.Model, plan, EquatableArray<Finding>.Empty);
    }

    /// <summary>Everything that is wrong with a declaration.</summary>
    public static EquatableArray<Finding> FindingsOf(ModelDeclaration model, CancellationToken cancellation = default) =>
        Plan(Rewrite(Name(Check(Build(model, cancellation), cancellation), cancellation), cancellation), cancellation).Findings;
}

/// <summary>A declaration and its graph, or what is wrong with it.</summary>
internal sealed record Built(ModelDeclaration Model, ModelGraph? Graph, EquatableArray<Finding> Findings);

/// <summary>A declaration and its shaped graph, or what is wrong with it.</summary>
internal sealed record Checked(ModelDeclaration Model, ShapedGraph? Graph, EquatableArray<Finding> Findings);

/// <summary>A declaration and its graph with tensor names, or what is wrong with it.</summary>
internal sealed record Named(ModelDeclaration Model, NamedGraph? Graph, EquatableArray<Finding> Findings);

/// <summary>A declaration and its plan, or what is wrong with it.</summary>
internal sealed record Planned(ModelDeclaration Model, ModelPlan? Plan, EquatableArray<Finding> Findings);
