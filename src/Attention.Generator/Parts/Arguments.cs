using System.Globalization;
using Attention.Generator.Reading;
using Attention.Generator.Weights;

namespace Attention.Generator.Parts;

/// <summary>
/// Reads the arguments of one attribute by name, and reports a value that none can be: so ranges and members of enums are
/// told once, where an argument is read.
/// </summary>
/// <param name="declared">The attribute.</param>
/// <param name="place">Where it stands, for messages.</param>
/// <param name="report">Takes the rule, the message and the argument.</param>
internal sealed class Arguments(PartDeclaration declared, string place, Action<string, string, string?> report)
{
    /// <summary>Bounds every dimension, so that no product of two of them overflows 64 bits.</summary>
    public const int MaximumSize = 1 << 24;

    private readonly List<string> _asked = [];

    /// <summary>The names that were asked for.</summary>
    public IReadOnlyList<string> Asked => _asked;

    /// <summary>Where the attribute stands, for messages.</summary>
    public string Place => place;

    public void Report(string message, string? argument = null, string rule = RuleIds.InvalidSize) => report(rule, message, argument);

    /// <summary>Whether the user gives an argument.</summary>
    public bool Has(string name)
    {
        _asked.Add(name);
        return declared.Has(name);
    }

    /// <summary>A size that the attribute cannot do without. Only one that the compiler rejects lacks it.</summary>
    public int Required(string name, int least = 1, int most = MaximumSize)
    {
        if (!Has(name))
            Report($"{name} is missing {place}; say {name}");
        return Size(name, 0, least, most);
    }

    public int Size(string name, int absent, int least = 1, int most = MaximumSize)
    {
        if (!Has(name))
            return absent;
        int value = declared.Int(name);
        if (value < least || value > most)
            Report($"{name} is {Number(value)} {place}; expected {Number(least)} to {Number(most)}", name);
        return value;
    }

    /// <summary>A size that may be left out.</summary>
    public int? OptionalSize(string name, int least = 1) => Has(name) ? Size(name, 0, least) : null;

    public bool Flag(string name, bool absent) => Has(name) ? declared.Bool(name) : absent;

    /// <summary>A flag that may be left out.</summary>
    public bool? OptionalFlag(string name) => Has(name) ? declared.Bool(name) : null;

    /// <summary>A member of an enum that the attribute cannot do without.</summary>
    public T Required<T>(string name)
        where T : struct, Enum
    {
        if (!Has(name))
            Report($"{name} is missing {place}; say {name}");
        return Member<T>(name, default);
    }

    public T Member<T>(string name, T absent)
        where T : struct, Enum
    {
        if (!Has(name))
            return absent;
        int value = declared.Int(name);
        if (!Enum.IsDefined(typeof(T), value))
            Report($"{name} is {Number(value)} {place}, which the enum does not define; expected {OneOf(Enum.GetNames(typeof(T)))}", name);
        return (T)(object)value;
    }

    /// <summary>A member of an enum that may be left out.</summary>
    public T? OptionalMember<T>(string name)
        where T : struct, Enum => Has(name) ? Member<T>(name, default) : null;

    /// <summary>What is added to a variance; null where the user gives none.</summary>
    public float? Epsilon(string name)
    {
        if (!Has(name))
            return null;
        double epsilon = declared.Double(name, 0);
        if (!(epsilon >= 1e-30 && epsilon <= 1))
            Report($"{name} is {epsilon.ToString("R", CultureInfo.InvariantCulture)} {place}; expected 1e-30 to 1, such as 1e-5", name);
        return (float)epsilon;
    }

    /// <summary>A number above zero that float32 can hold, as can what it is divided by; null where the user gives none.</summary>
    public float? Positive(string name)
    {
        if (!Has(name))
            return null;
        double number = declared.Double(name, 0);
        if (!(number >= 1e-6 && number <= 1e6))
            Report($"{name} is {Number(number)} {place}; expected 1e-6 to 1e6", name);
        return (float)number;
    }

    /// <summary>A number of a range.</summary>
    public double Real(string name, double absent, double least, double most)
    {
        if (!Has(name))
            return absent;
        double number = declared.Double(name, 0);
        if (!(number >= least && number <= most))
            Report($"{name} is {Number(number)} {place}; expected {Number(least)} to {Number(most)}", name);
        return number;
    }

    public string? Text(string name) => Has(name) ? declared.Text(name) : null;

    /// <summary>The name of a stage that the attribute cannot do without; null is told with the references.</summary>
    public string? RequiredText(string name)
    {
        if (!Has(name))
            Report($"{name} is missing {place}; say {name}");
        return declared.Text(name);
    }

    /// <summary>A template of a name, of which holes are checked.</summary>
    public string? Template(string name, string[] holes, bool mayBeEmpty = false)
    {
        if (!Has(name))
            return null;
        string? template = declared.Text(name);
        TemplateCheck.Check(template, name, place, holes, mayBeEmpty, message => Report(message, name, RuleIds.UnsoundTensorName));
        return template;
    }

    /// <summary>The part's own name for its tensors.</summary>
    public string? Name() => Template("Name", TemplateCheck.Holes);

    /// <summary>Numbers that may be left out.</summary>
    public EquatableArray<int>? Numbers(string name) => Has(name) ? declared.Ints(name) : null;

    /// <summary>Numbers with a point that may be left out.</summary>
    public EquatableArray<double>? Reals(string name) => Has(name) ? declared.Doubles(name) : null;

    /// <summary>Reports an argument that something else makes void.</summary>
    public void WithoutEffect(string message, string argument) => Report(message, argument, RuleIds.WithoutEffect);

    public static string OneOf(IReadOnlyList<string> members) => $"{string.Join(", ", members.Take(members.Count - 1))} or {members[members.Count - 1]}";

    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>What may stand in braces in the names of tensors.</summary>
internal static class TemplateCheck
{
    public static readonly string[] Holes = ["{prefix}", "{parent}", "{layer}", "{group}", "{part}", "{n}", "{n?}"];

    /// <summary>Of holes a template has only those that something fills. One that is null is none that is given.</summary>
    public static void Check(string? template, string argument, string place, string[] holes, bool mayBeEmpty, Action<string> report)
    {
        if (template is { Length: 0 } && !mayBeEmpty)
            report($"{argument} is empty {place}; expected a name, such as \"blocks.{{layer}}.attn.qkv\"");
        else if (template?.Split('|') is { Length: > 1 } names && (mayBeEmpty || names.Contains("") || names.Distinct().Count() < names.Length))
            report(mayBeEmpty ? $"'{template}' {place} is several names; expected one" : $"'{template}' {place} has {(names.Contains("") ? "an empty name" : "a name twice")}; expected one name, or several that differ, divided by |");
        else if (template is not null && HolesOf(template).FirstOrDefault(hole => !holes.Contains(hole) && !(holes.Contains("{layer}") && LayerHole.Replace(hole, _ => "").Length == 0)) is string hole)
            report($"'{template}' {place} has the hole {hole}; expected {(holes.Length > 1 ? Arguments.OneOf(holes) : "none but " + holes[0])}");
    }

    /// <summary>What stands in braces, and braces that have no partner.</summary>
    private static IEnumerable<string> HolesOf(string template)
    {
        for (int at = template.IndexOfAny(['{', '}']); at >= 0; at = template.IndexOfAny(['{', '}'], at))
        {
            int end = template[at] == '}' ? at : template.IndexOf('}', at);
            string hole = end < 0 ? template.Substring(at) : template.Substring(at, end + 1 - at);
            yield return hole;
            at += hole.Length;
        }
    }
}
