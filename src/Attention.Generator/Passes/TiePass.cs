using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Planning;
using Attention.Generator.Weights;

namespace Attention.Generator.Passes;

/// <summary>Has tokens read their rows where a product by the same table has them, so that a tied table is in memory once: as floats, or rounded to bfloat16. What has scales stays apart.</summary>
internal static class TiePass
{
    public static NamedGraph Run(NamedGraph named)
    {
        ModelGraph graph = named.Graph;
        if (graph.Weights.HasScales())
            return named;
        var biases = new Dictionary<int, EquatableArray<int?>>();
        foreach (Product product in graph.Stages.SelectMany(stage => stage.Operations).OfType<Product>().Where(product => product.HasRowsOfTable && !biases.ContainsKey(product.Weights[0])))
            biases.Add(product.Weights[0], product.Biases);
        return named with { Shaped = named.Shaped with { Graph = graph with { Stages = graph.Stages.Select(stage => stage with { Operations = Tied(stage, biases) }).ToEquatableArray() } } };
    }

    private static EquatableArray<Operation> Tied(StageGraph stage, Dictionary<int, EquatableArray<int?>> biases) => stage.Operations
        .Select(operation => operation is Embed embed && biases.TryGetValue(embed.Table, out EquatableArray<int?> tied) ? embed with { Tied = tied } : operation).ToEquatableArray();
}
