using Attention.Generator.Emit;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>Whether a declaration's classes can be models and stages, and its parts make a graph.</summary>
internal static class StructureCheck
{
    /// <summary>The version of C# that is written.</summary>
    private const int Language = 12;

    public static EquatableArray<Finding> Check(ModelParts model)
    {
        if (model.Declared.Language < 100 * Language)
            return EquatableArray.Of(TooOld(model.Declared));
        var findings = new List<Finding>();
        CheckModel(model, findings);
        foreach (StageParts stage in model.Stages)
            CheckStage(stage, findings);
        findings.AddRange(model.Findings);
        References.Check(model, findings);
        return findings.ToEquatableArray();
    }

    private static Finding TooOld(ModelDeclaration model) => new(RuleIds.LanguageTooOld, new Target(Target.Model, 0),
        $"The code of model '{model.Name}' is C# {Language}, but the project is compiled as C# {Arguments.Number(model.Language / 100)}; remove LangVersion from it, or set it to {Language} or above");

    private static void CheckModel(ModelParts parts, List<Finding> findings)
    {
        ModelDeclaration model = parts.Declared;
        void Unsuitable(string message, int type = Target.Model) => findings.Add(new Finding(RuleIds.UnsuitableClass, new Target(type), message));

        if (model.Keyword != "class" || model.IsStatic)
            Unsuitable($"'{model.Name}' must be a class that can be created and seen from other files: not static, abstract or 'file', no record or struct; declare 'public sealed partial class {model.Name}'");
        else if (model.IsGeneric)
            Unsuitable($"'{model.Name}' must not have type parameters: its shapes are fixed at compile time; remove them");
        else if (model.HasPrimaryConstructor)
            Unsuitable($"'{model.Name}' must not have a primary constructor, since Load creates it; remove the parameters");
        else if (!model.IsPartial)
            Unsuitable($"'{model.Name}' must be partial, so that the generated half can join it; declare 'partial class {model.Name}'");
        for (int i = 0; i < model.Containers.Count; i++)
        {
            ContainerDeclaration container = model.Containers[i];
            int type = Target.Model - (model.Containers.Count - i);
            if (container.Keyword == "file class")
                Unsuitable($"'{container.Name}' around model '{model.Name}' must be seen from other files; remove 'file'", type);
            else if (!container.IsPartial)
                Unsuitable($"'{container.Name}' around model '{model.Name}' must be partial too, so that the generated half can join it; declare 'partial {container.Keyword} {container.Name}'", type);
        }

        if (!Enum.IsDefined(typeof(WeightLayout), model.Layout))
            findings.Add(new Finding(RuleIds.InvalidSize, new Target(Target.Model, 0, "Layout"),
                $"Layout is {Arguments.Number((int)model.Layout)} in [AttentionModel] of '{model.Name}', which the enum does not define; expected {Arguments.OneOf(Enum.GetNames(typeof(WeightLayout)))}"));
        if (model.Weights is < WeightFormat.Float32 or > WeightFormat.Int8)
            findings.Add(new Finding(RuleIds.InvalidSize, new Target(Target.Model, 0, "Weights"),
                $"Weights is {Arguments.Number((int)model.Weights)} in [AttentionModel] of '{model.Name}', which the enum does not define; expected {Arguments.OneOf(Enum.GetNames(typeof(WeightFormat)))}"));
        if (model.KeyValues is not (WeightFormat.Float32 or WeightFormat.BFloat16))
            findings.Add(new Finding(RuleIds.InvalidSize, new Target(Target.Model, 0, "KeyValues"),
                $"KeyValues is {(model.KeyValues == WeightFormat.Int8 ? "Int8" : Arguments.Number((int)model.KeyValues))} in [AttentionModel] of '{model.Name}'; expected Float32 or BFloat16"));
        if (!Enum.IsDefined(typeof(ProductFormat), model.Products))
            findings.Add(new Finding(RuleIds.InvalidSize, new Target(Target.Model, 0, "Products"),
                $"Products is {Arguments.Number((int)model.Products)} in [AttentionModel] of '{model.Name}', which the enum does not define; expected {Arguments.OneOf(Enum.GetNames(typeof(ProductFormat)))}"));
        if (model is { IsStage: true, Stages.Count: > 1 } && (parts.Stages[0].Header ?? parts.Stages[0].Parts[0]) is Part part)
            findings.Add(new Finding(RuleIds.StageOutsideModel, new Target(0, part.Index),
                $"{part.Label} stands on model '{model.Name}' itself, which has the stage '{model.Stages[1].Name}' too; put the attributes on a nested partial class of their own"));
        TensorNames.Check(model.Tensors, Target.Model, model.Name, findings);
        TensorNames.CheckScalars(model, findings);
        if (model.Stages.Count == 0)
            findings.Add(new Finding(RuleIds.MissingPart, new Target(-1),
                $"Model '{model.Name}' has no stage; add [Encoder(layers, width)] or [Decoder(layers, width)] and its parts to it, or to a nested 'public sealed partial class' for each stage"));
    }

    private static void CheckStage(StageParts parts, List<Finding> findings)
    {
        ModelDeclaration model = parts.Model.Declared;
        StageDeclaration stage = parts.Declared;
        int index = parts.Index;
        void Report(string rule, int part, string message, string? argument = null) =>
            findings.Add(new Finding(rule, new Target(index, part, argument), message));

        if (!stage.IsPlainClass)
            Report(RuleIds.UnsuitableClass, -1, $"Stage '{stage.Name}' must be a plain class: not static, abstract or generic, no record, no base class, no primary constructor; declare 'public sealed partial class {stage.Name}'");
        else if (!stage.IsPartial)
            Report(RuleIds.UnsuitableClass, -1, $"Stage '{stage.Name}' must be partial, so that the generated half can join it; declare 'partial class {stage.Name}'");
        else if (stage.Accessibility is not ("public" or "internal"))
            Report(RuleIds.UnsuitableClass, -1, $"Stage '{stage.Name}' is {(stage.Accessibility.Length == 0 ? "private, as nested classes are by default" : stage.Accessibility)}, so that no session could show it; declare it public or internal");
        else if (stage.Declarations > 1)
            Report(RuleIds.UnsuitableClass, -1, $"The attributes of stage '{stage.Name}' stand on {stage.Declarations} declarations, which have no order among them; put all on one");

        TensorNames.Check(stage.Tensors, index, stage.Name, findings);
        Grammar.Check(parts, Report);
        if (model.IsStage && index == 0)
            return;

        if (stage.Name == model.Name)
            Report(RuleIds.StageNameTaken, -1, $"Stage '{stage.Name}' is called like its model, which C# does not allow; rename one");
        else if (Surface.ObjectMembers.Contains(stage.Name))
            Report(RuleIds.StageNameTaken, -1, $"Stage '{stage.Name}' is called like a member that every object has, which its property on '{model.Name}.Session' would hide; rename it");
        for (int i = 0; i < index; i++)
        {
            string other = model.Stages[i].Name;
            if (other == stage.Name)
                Report(RuleIds.StageNameTaken, -1, $"Model '{model.Name}' has two stages '{stage.Name}'; rename one");
            else if (string.Equals(other, stage.Name, StringComparison.OrdinalIgnoreCase))
                Report(RuleIds.StageNameTaken, -1, $"Stages '{other}' and '{stage.Name}' differ in upper and lower case only, which 'from' does not tell apart; rename one");
        }
    }
}
