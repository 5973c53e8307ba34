using Attention.Generator.Reading;

namespace Attention.Generator.Emit;

/// <summary>Whether what the user wrote in the classes, beside what the DSL knows, and what the generator writes into them can stand together.</summary>
internal static class SurfaceCheck
{
    public static EquatableArray<Finding> Check(ModelDeclaration model)
    {
        var findings = new List<Finding>();
        Member[] members = [.. Surface.OfModel(model, Names.Identifier(model.Name))];
        CheckBody(model.Name, $"Load creates '{model.Name}'", model.Body, Target.Model, members, ["System.IDisposable"], TypeParametersAround(model), findings);
        if (members.Any(member => member.Name == model.Name))
            findings.Add(new Finding(RuleIds.StageNameTaken, new Target(Target.Model), $"Model '{model.Name}' is called like a member that the generator writes into it; rename it"));
        if (model.Base is not null)
            CheckBase(model, model.Base, members, findings);
        for (int i = 0; i < model.Stages.Count; i++)
        {
            if (!model.IsStage || i > 0)
                CheckStage(model, i, members, findings);
        }

        return findings.ToEquatableArray();
    }

    private static void CheckStage(ModelDeclaration model, int index, Member[] ofModel, List<Finding> findings)
    {
        StageDeclaration stage = model.Stages[index];
        Member[] members = [.. Surface.OfStage(stage)];
        void Report(string rule, string message) => findings.Add(new Finding(rule, new Target(index), message));

        if (stage.Name != model.Name)
        {
            if (ofModel.Any(member => member.Name == stage.Name) || stage.Name == "_attentionCore")
                Report(RuleIds.StageNameTaken, $"Stage '{stage.Name}' is called like a member that the generator writes into '{model.Name}'; rename it");
            else if (members.Any(member => member.Name == stage.Name))
                Report(RuleIds.StageNameTaken, $"Stage '{stage.Name}' is called like a member that the generator writes into it; rename it");
            else if (TypeParametersAround(model).Contains(stage.Name))
                Report(RuleIds.StageNameTaken, $"Stage '{stage.Name}' is called like a type parameter of a class around '{model.Name}', which its name would hide; rename one");
        }

        if (stage.Body.IsForbidden)
            Report(RuleIds.UnsuitableClass, $"Stage '{stage.Name}' is obsolete to the degree of an error, so that no session could show it; make that a warning, or remove the stage");
        CheckBody(stage.Name, $"a session creates stage '{stage.Name}'", stage.Body, index, members, [.. Surface.ContractsOf(stage).Select(contract => contract.Contract.Replace("global::", "")), "Attention.Dsl.IDecoder"], TypeParametersAround(model), findings);
    }

    private static string[] TypeParametersAround(ModelDeclaration model) => [.. model.Containers.SelectMany(container => container.TypeParameters)];

    /// <summary>Members, constructors, constants and attributes of a class.</summary>
    private static void CheckBody(string name, string creation, ClassBody body, int target, Member[] members, string[] contracts, string[] typeParameters, List<Finding> findings)
    {
        void Report(string rule, Target place, string message) => findings.Add(new Finding(rule, place, message));
        string Written(string key) => key.StartsWith(".ctor", StringComparison.Ordinal) ? name + key.Substring(".ctor".Length) : key;

        foreach (string key in body.Members)
        {
            if (members.Any(member => member.Excludes(key)))
                Report(RuleIds.StageNameTaken, Target.OfMember(target, key), $"'{name}' has a member '{Written(key)}', which the generator writes; {(Written(key) == key ? "rename it" : "give it other parameters")}");
            else if (contracts.Any(contract => key.StartsWith(contract + ".", StringComparison.Ordinal)))
                Report(RuleIds.StageNameTaken, Target.OfMember(target, key), $"'{name}' implements '{key}', which the generator does; remove it");
            else if (body.Required.Contains(key))
                Report(RuleIds.UnsuitableClass, Target.OfMember(target, key), $"'{key}' of '{name}' must not be required, since {creation} and could not set it; remove 'required'");
            else if (body.Constructors.Contains(key))
                Report(RuleIds.UnsuitableClass, Target.OfMember(target, key), $"Constructor '{Written(key)}' would make a '{name}' without what the generated one gives it, since {creation}; remove it, or let it call the generated one, ': this({GeneratedArguments(target)})'");
        }

        foreach (string member in members.Where(member => member.Contract is null && !body.Members.Any(member.Excludes)).Select(member => member.Name).Distinct())
        {
            if (body.ConstantOf(member) is string constant)
                Report(RuleIds.StageNameTaken, Target.OfConstant(target, constant), $"'{member}' stands here for the member '{member}' that the generator writes into '{name}'; if something else is meant, write it behind the name of its class, 'Class.{member}', or rename it");
        }

        foreach (string nested in body.Types.Where(typeParameters.Contains))
            Report(RuleIds.StageNameTaken, Target.OfMember(target, nested), $"'{name}' has a type '{nested}', which hides the type parameter '{nested}' of a class around it, by which the generator names that; rename one");

        if (body.Layout is not null)
            Report(RuleIds.UnsuitableClass, new Target(target), $"'{name}' must not have the attribute {body.Layout}, since the generated half of it has fields too; remove it");
    }

    private static string GeneratedArguments(int target) => target == Target.Model ? "weights, instructionSet, threads" : "core, session";

    /// <summary>What a model inherits.</summary>
    private static void CheckBase(ModelDeclaration model, BaseClass from, Member[] members, List<Finding> findings)
    {
        void Report(string rule, string message) => findings.Add(new Finding(rule, new Target(Target.Model), message));

        if (from.IsGenerated)
            Report(RuleIds.UnsuitableClass, $"'{model.Name}' must not derive from '{from.Name}', which is a model or a stage itself; derive both from a class that is neither");
        else if (!from.IsConstructible)
            Report(RuleIds.UnsuitableClass, $"'{model.Name}' must not derive from '{from.Name}', which has no constructor that Load could call without arguments; give it one, or hold a '{from.Name}' instead of being one");
        else if (from.Disposal == Disposal.Impossible)
            Report(RuleIds.UnsuitableClass, $"'{model.Name}' must not derive from '{from.Name}', whose Dispose its own could not call; let that be 'public virtual void Dispose()', or hold a '{from.Name}' instead of being one");
        foreach (string member in from.Required)
            Report(RuleIds.UnsuitableClass, $"'{model.Name}' inherits '{member}', which must not be required, since Load creates '{model.Name}' and could not set it; remove 'required'");
        foreach (string key in from.Members)
        {
            bool isAbstract = from.Abstract.Contains(key);
            if (members.FirstOrDefault(member => member.Name != "Dispose" && member.Hides(key) && (isAbstract || !member.IsPublic)) is not null)
                Report(RuleIds.StageNameTaken, $"'{model.Name}' inherits {(isAbstract ? "the abstract member " : "")}'{key}' from '{from.Name}', which the generator writes; rename it there");
        }
    }
}
