using Attention.Generator.Graph;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>Has the parts report where two sizes of a graph do not meet.</summary>
internal static class SizeCheck
{
    public static IEnumerable<Finding> Check(ModelParts model, ModelGraph graph)
    {
        var findings = new List<Finding>();
        foreach (StageGraph stage in graph.Stages.Where(stage => stage.Index < model.Stages.Count))
        {
            StageParts read = model.Stages[stage.Index];
            foreach (Part part in read.Parts)
                part.CheckSizes(read, stage, (rule, place, message, argument) => findings.Add(new Finding(rule, new Target(stage.Index, place, argument), message)));
        }

        return findings;
    }
}
