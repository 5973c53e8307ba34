using Attention.Generator.Graph;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>Follows the widths through a graph, and has the parts report where two of them do not meet.</summary>
internal static class ShapeCheck
{
    public static ShapedGraph Check(ModelGraph graph, ModelDeclaration model)
    {
        ModelParts parts = ModelParts.Of(model);
        var findings = new List<Finding>();
        foreach (StageGraph stage in graph.Stages)
        {
            StageParts read = parts.Stages[stage.Index];
            foreach (Part part in read.Parts)
                part.CheckSizes(read, stage, (rule, place, message, argument) => findings.Add(new Finding(rule, new Target(stage.Index, place, argument), message)));
        }

        return new ShapedGraph(graph, ShapeInference.Infer(graph), findings.ToEquatableArray());
    }
}
