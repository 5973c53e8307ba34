using Attention.Generator.Emit;
using Attention.Generator.Reading;
using Attention.Generator.Weights;

namespace Attention.Generator.Parts;

/// <summary>The names of tensors that a class gives: each role once, and of holes only those that there are.</summary>
internal static class TensorNames
{
    public static void Check(EquatableArray<PartDeclaration> given, int stage, string name, List<Finding> findings)
    {
        TensorAttribute[] tensors = [.. TensorAttribute.Of(given)];
        foreach (TensorAttribute tensor in tensors)
        {
            void Report(string rule, string message, string argument) => findings.Add(new Finding(rule, Target.OfTensor(stage, tensor.Index, argument), message));
            void CheckTemplate(string template, string argument) =>
                TemplateCheck.Check(template, argument, $"in [Tensor] of '{name}'", TemplateCheck.Holes, mayBeEmpty: false, message => Report(RuleIds.UnsoundTensorName, message, argument));

            if (!Enum.IsDefined(typeof(TensorRole), tensor.Role))
                Report(RuleIds.InvalidSize, $"role is {Arguments.Number((int)tensor.Role)} in [Tensor] of '{name}', which the enum does not define; expected a member of TensorRole", "role");
            else if (tensors.Any(other => other.Index < tensor.Index && other.Role == tensor.Role && other.N == tensor.N))
                Report(RuleIds.DoubledPart, $"'{name}' names the tensors of one role twice; remove one of the two [Tensor]", "role");
            if (tensor.N is int n && n is < 1 or > Arguments.MaximumSize)
                Report(RuleIds.InvalidSize, $"N is {Arguments.Number(n)} in [Tensor] of '{name}'; expected 1 to {Arguments.Number(Arguments.MaximumSize)}", "N");
            CheckTemplate(tensor.Template ?? "", "template");
            if (tensor.Bias is not null)
                CheckTemplate(tensor.Bias, "Bias");
        }
    }

    /// <summary>Each number that a model shows has a name that makes a property of its own.</summary>
    public static void CheckScalars(ModelDeclaration model, List<Finding> findings)
    {
        void Report(string rule, string message) => findings.Add(new Finding(rule, new Target(Target.Model, 0, "Scalars"), message));

        foreach (Scalar scalar in model.Scalars.Where(scalar => scalar.Property is null))
            Report(RuleIds.UnsoundTensorName, $"'{scalar.Tensor}' in Scalars of '{model.Name}' makes no property; expected the whole name of a tensor, whose last word is of letters, digits and _, such as \"logit_scale\"");
        foreach (IGrouping<string?, Scalar> same in model.Scalars.Where(scalar => scalar.Property is not null).GroupBy(scalar => scalar.Property).Where(group => group.Count() > 1))
            Report(RuleIds.DoubledPart, $"'{same.First().Tensor}' and '{same.ElementAt(1).Tensor}' in Scalars of '{model.Name}' would both be the property {same.Key}; remove one of them");
        foreach (Scalar scalar in model.Scalars.Where(scalar => scalar.Property is string property && Surface.IsOfEveryModel(property)))
            Report(RuleIds.StageNameTaken, $"'{scalar.Tensor}' in Scalars of '{model.Name}' would be the property {scalar.Property}, as other members are called that the generator writes; remove it");
    }
}
