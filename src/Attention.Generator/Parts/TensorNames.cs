using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>The names of tensors that a class gives: each role once, and of holes only those that there are.</summary>
internal static class TensorNames
{
    public static void Check(EquatableArray<PartDeclaration> tensors, int stage, string name, List<Finding> findings)
    {
        int roles = Enum.GetNames(typeof(TensorRole)).Length;
        for (int i = 0; i < tensors.Count; i++)
        {
            PartDeclaration tensor = tensors[i];
            if (!tensor.Has("role"))
                continue;
            void Report(string rule, string message, string argument) => findings.Add(new Finding(rule, Target.OfTensor(stage, i, argument), message));

            int role = tensor.Int("role");
            if (role < 0 || role >= roles)
                Report(RuleIds.InvalidSize, $"role is {Arguments.Number(role)} in [Tensor] of '{name}', which the enum does not define; expected a member of TensorRole", "role");
            else if (tensors.Take(i).Any(other => other.Has("role") && other.Int("role") == role))
                Report(RuleIds.DoubledPart, $"'{name}' names the tensors of one role twice; remove one of the two [Tensor]", "role");
            foreach (string argument in new[] { "template", "Bias" }.Where(tensor.Has))
            {
                // A bias that is null is none that is given.
                if (argument == "template" || tensor.Text(argument) is not null)
                    TemplateCheck.Check(tensor.Text(argument) ?? "", argument, $"in [Tensor] of '{name}'", TemplateCheck.Holes, mayBeEmpty: false, message => Report(RuleIds.UnsoundTensorName, message, argument));
            }
        }
    }
}
