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
    /// <summary>The graph of a declaration, whose parts make one and whose sizes meet.</summary>
    public static Result<ModelGraph> Build(ModelDeclaration model, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        ModelParts parts = ModelParts.Of(model);
        var findings = new List<Finding>([.. StructureCheck.Check(parts), .. SurfaceCheck.Check(parts.Declared)]);
        ModelGraph? graph = findings.Count == 0 ? GraphBuilder.Build(parts) : null;
        if (graph is not null)
            findings.AddRange(SizeCheck.Check(parts, graph));
        return Result.Of(graph is null ? parts.Declared : parts.Declared.WithContinuations(), graph, findings);
    }

    /// <summary>The shape of every value.</summary>
    public static Result<ShapedGraph> Shape(Result<ModelGraph> built, CancellationToken cancellation = default) =>
        built.Then((_, graph, _) => new ShapedGraph(graph, ShapeInference.Infer(graph)), cancellation);

    /// <summary>The tensor of every parameter.</summary>
    public static Result<NamedGraph> Name(Result<ShapedGraph> shaped, CancellationToken cancellation = default) =>
        shaped.Then((model, graph, findings) => WeightNamer.Name(graph, model, LayoutCatalogue.Of(model.Layout), Roles.Of, findings), cancellation);

    /// <summary>The same graph in operations that one kernel can do.</summary>
    public static Result<NamedGraph> Rewrite(Result<NamedGraph> named, CancellationToken cancellation = default) =>
        named.Then((_, graph, _) => TiePass.Run(QuantizePass.Run(CachePass.Run(FusionPass.Run(graph)))), cancellation);

    /// <summary>The place of every weight and value.</summary>
    public static Result<ModelPlan> Plan(Result<NamedGraph> named, CancellationToken cancellation = default) =>
        named.Then((_, graph, findings) => Planner.Plan(graph, findings), cancellation);

    /// <summary>Everything that is wrong with a declaration.</summary>
    public static EquatableArray<Finding> FindingsOf(ModelDeclaration model, CancellationToken cancellation = default) =>
        Plan(Rewrite(Name(Shape(Build(model, cancellation), cancellation), cancellation), cancellation), cancellation).Findings;
}

/// <summary>What a step made of a declaration, or what is wrong with that.</summary>
/// <param name="Model">The declaration.</param>
/// <param name="Value">What was made of it; null where anything is wrong.</param>
/// <param name="Findings">What is wrong.</param>
internal sealed record Result<T>(ModelDeclaration Model, T? Value, EquatableArray<Finding> Findings)
    where T : class
{
    /// <summary>The next step's result; the first step that finds something wrong is the last.</summary>
    /// <param name="step">Makes its value of the declaration and of this one's, and adds what is wrong to a list.</param>
    /// <param name="cancellation">Ends the way.</param>
    public Result<TNext> Then<TNext>(Func<ModelDeclaration, T, List<Finding>, TNext?> step, CancellationToken cancellation)
        where TNext : class
    {
        cancellation.ThrowIfCancellationRequested();
        var findings = new List<Finding>(Findings);
        TNext? next = Value is null ? null : step(Model, Value, findings);
        return Result.Of(Model, next, findings);
    }
}

/// <summary>Makes results.</summary>
internal static class Result
{
    public static Result<T> Of<T>(ModelDeclaration model, T? value, IReadOnlyCollection<Finding> findings)
        where T : class => new(model, findings.Count == 0 ? value : null, findings.Select(model.AtDeclared).Distinct().ToEquatableArray());
}
