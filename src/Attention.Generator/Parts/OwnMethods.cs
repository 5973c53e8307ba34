using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>The user's methods that attributes name: they stand in the stage's class, and have the form that is asked for.</summary>
internal static class OwnMethods
{
    /// <summary>Reports an argument that names no such method.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="part">The attribute.</param>
    /// <param name="argument">The argument.</param>
    /// <param name="name">What it says.</param>
    /// <param name="result">What the method has to give.</param>
    /// <param name="usual">What such a method might be called.</param>
    /// <param name="parameters">What it has to take, one of these.</param>
    /// <param name="report">Takes the finding.</param>
    public static void Check(StageParts stage, Part part, string argument, string? name, string result, string usual, string[] parameters, Reporter report)
    {
        string place = stage.PlaceOf(part);
        string Form(string method) => string.Join("' or '", parameters.Select(form => $"static {result} {method}({form})"));
        ClassBody body = BodyOf(stage);
        if (string.IsNullOrEmpty(name) || parameters.Any(form => body.StaticMethods.Contains($"{result} {name}({TypesOf(form)})")))
        {
            if (string.IsNullOrEmpty(name))
                report(RuleIds.UnsoundMethod, part.Index, $"{argument} is {(name is null ? "null" : "empty")} {place}; expected the name of a method '{Form(usual)}', or no {argument}", argument);
            return;
        }

        string[] alike = [.. body.StaticMethods.Where(method => method.Contains($" {name}(")).Select(method => "static " + method)];
        if (alike.Length == 0)
            alike = [.. body.Members.Where(member => member == name || member.StartsWith(name + "(", StringComparison.Ordinal) || member.StartsWith(name + "`", StringComparison.Ordinal))];
        report(RuleIds.UnsoundMethod, part.Index, alike.Length > 0
            ? $"{argument} {place} names '{name}', which is '{alike[0]}'; expected '{Form(name!)}'"
            : $"{argument} {place} names '{name}', but class '{stage.Name}' has no such method; add '{Form(name!)}' to it", argument);
    }

    /// <summary>What the user wrote in the class that a stage's attributes stand on.</summary>
    public static ClassBody BodyOf(StageParts stage) => stage.Model.Declared.IsStage && stage.Index == 0 ? stage.Model.Declared.Body : stage.Declared.Body;

    private static string TypesOf(string parameters) => string.Join(", ", parameters.Split([", "], StringSplitOptions.None).Select(parameter => parameter.Split(' ')[0]));
}
