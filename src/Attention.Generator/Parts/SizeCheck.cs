using Attention.Generator.Graph;
using Attention.Generator.Operations;
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

        if (graph.KeyValues == WeightFormat.BFloat16)
            CheckKept(graph, findings);
        CheckProducts(model, graph, findings);
        return findings;
    }

    /// <summary>Whether any map can multiply the numbers that are asked for.</summary>
    private static void CheckProducts(ModelParts model, ModelGraph graph, List<Finding> findings)
    {
        if (model.Declared.Products != ProductFormat.Float32 && !graph.Stages.SelectMany(stage => stage.Operations.OfType<Product>()).Any(map => map.TakesIntegers))
        {
            findings.Add(new Finding(
                RuleIds.WithoutEffect, new Target(Target.Model, 0, "Products"),
                $"Products is {model.Declared.Products} in [AttentionModel] of '{graph.Name}', but no linear map in its layers multiplies rows that are there all at once; remove Products"));
        }
    }

    private static void CheckKept(ModelGraph graph, List<Finding> findings)
    {
        var kept = graph.Stages.SelectMany(stage => stage.Operations.OfType<Attend>().Where(attend => attend.IsKeptBy(stage)).Select(attend => (Stage: stage, Attend: attend))).ToList();
        if (kept.Count == 0)
        {
            findings.Add(new Finding(
                RuleIds.WithoutEffect, new Target(Target.Model, 0, "KeyValues"),
                $"KeyValues is BFloat16 in [AttentionModel] of '{graph.Name}', of which no session keeps keys and values, since it has neither a decoder with an attention nor a cross-attention; remove KeyValues"));
        }

        foreach ((StageGraph stage, Attend attend) in kept.Where(pair => pair.Attend.HeadWidth % 2 > 0 || pair.Attend.ValueWidth % 2 > 0).Take(1))
        {
            findings.Add(new Finding(
                RuleIds.InvalidSize, new Target(Target.Model, 0, "KeyValues"),
                $"KeyValues is BFloat16 in [AttentionModel] of '{graph.Name}', but an attention of stage '{stage.Name}' has heads of {Arguments.Number(attend.HeadWidth % 2 > 0 ? attend.HeadWidth : attend.ValueWidth)} channels, and two stand in the place of a float; make the heads' width even, or remove KeyValues"));
        }
    }
}
