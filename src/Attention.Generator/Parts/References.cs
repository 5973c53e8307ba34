namespace Attention.Generator.Parts;

/// <summary>The stages that parts name: they exist, have what is wanted of them, and come first.</summary>
internal static class References
{
    public static void Check(ModelParts model, List<Finding> findings)
    {
        foreach (StageParts stage in model.Stages)
        {
            foreach (Part part in stage.Parts)
            {
                if (part.Reference is Reference reference && Complaint(model, stage, part, reference) is (string rule, string message))
                    findings.Add(new Finding(rule, new Target(stage.Index, part.Index, reference.Argument), message));
            }
        }
    }

    private static (string Rule, string Message)? Complaint(ModelParts model, StageParts stage, Part part, Reference reference)
    {
        if (reference.Stage is not string name)
            return (RuleIds.UnknownStage, $"{reference.Argument} is null {stage.PlaceOf(part)}; name a stage of '{model.Declared.Name}'");
        if (model.Find(name) is not StageParts other)
        {
            string[] others = [.. model.Stages.Where(candidate => candidate != stage).Select(candidate => candidate.Name)];
            string mend = EditDistance.Slip(name, others) is string nearest ? $"did you mean '{nearest}'?"
                : others.Length > 0 ? $"the others are {string.Join(", ", others.Select(candidate => $"'{candidate}'"))}" : "the model has no other stage, so add one";
            return (RuleIds.UnknownStage, $"'{model.Declared.Name}' has no stage '{name}'; {mend}");
        }

        if (reference.IsTable && !other.Parts.OfType<Embedding>().Any())
            return (RuleIds.UnknownStage, $"Stage '{other.Name}' has no table of tokens to share; name a stage with [Embedding]");
        if (reference.IsOfGroup ? other != stage : !Reaches(model, (other, other.Groups), stage, reference.Argument, []))
            return null;
        return (RuleIds.CircularReference, other == stage
            ? $"Stage '{stage.Name}' refers to itself; name another stage" + (part is CrossAttention ? ", or use [SelfAttention]" : "")
            : $"Stages '{stage.Name}' and '{other.Name}' depend on each other; one of them must come first");
    }

    /// <summary>
    /// Whether a stage, behind so many exchanges, waits for what another is before its first. Exchanges alone never close a circle: each looks
    /// at what was before it.
    /// </summary>
    private static bool Reaches(ModelParts model, (StageParts Stage, int Passed) from, StageParts to, string argument, HashSet<(StageParts, int)> seen)
    {
        (StageParts stage, int passed) = from;
        if (stage == to && passed == 0)
            return true;
        if (!seen.Add(from))
            return false;
        IEnumerable<(StageParts? Other, Reference Reference)> read = stage.Parts.Select(part => part.Reference).OfType<Reference>()
            .Where(reference => reference.Argument == argument && reference.Stage is not null && reference.IsOfGroup == passed > 0).Select(reference => (model.Find(reference.Stage!), reference));
        return (passed > 0 && Reaches(model, (stage, passed - 1), to, argument, seen))
            || read.Any(next => next.Other is StageParts other && Reaches(model, (other, next.Reference.IsOfGroup ? Math.Min(passed - 1, other.Groups) : other.Groups), to, argument, seen));
    }
}
