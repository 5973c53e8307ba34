using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Planning;
using Attention.Generator.Weights;

namespace Attention.Generator.Passes;

/// <summary>Quantises the rows of products that multiply whole numbers, once for all of a layer that read the same ones, and tells the attentions among them.</summary>
internal static class QuantizePass
{
    public static NamedGraph Run(NamedGraph named)
    {
        int values = named.Shaped.Shapes.Count;
        ModelGraph graph = named.Graph with
        {
            Stages = named.Graph.Stages.Select(stage => stage with { Operations = Quantized(stage, named.Graph.HasWideProducts, ref values) }).ToArray().ToEquatableArray(),
        };
        return named with { Shaped = named.Shaped with { Graph = graph, Shapes = ShapeInference.Infer(graph) } };
    }

    private static EquatableArray<Operation> Quantized(StageGraph stage, bool hasWide, ref int values)
    {
        var operations = new List<Operation>();
        var rows = new Dictionary<(int Input, int Largest, bool IsGrouped, Section Section, int Layer), int>();
        foreach (Operation operation in stage.Operations)
        {
            if (operation is Attend attend)
            {
                operations.Add(attend with { IsWhole = attend.TakesIntegers(stage) });
                continue;
            }

            if (operation is not Product { TakesIntegers: true } product || IntegerLevel.Of(product.Format, hasWide) is not IntegerLevel level)
            {
                operations.Add(operation);
                continue;
            }

            (int, int, bool, Section, int) key = (product.Input, level.Activations, level.IsGrouped, product.Section, product.Layer);
            if (!rows.TryGetValue(key, out int quantized))
            {
                rows.Add(key, quantized = values++);
                operations.Add(new Quantize(quantized, product.Spot, product.Input, level.Activations, level.IsGrouped) { IsSource = product.IsSource });
            }

            operations.Add(product with { Input = quantized, Level = level, IsSource = false });
        }

        return operations.ToEquatableArray();
    }
}
