using System.Globalization;
using System.Text.RegularExpressions;
using Attention.Generator;

namespace Attention.Tool.Checkpoints;

/// <summary>
/// Rules that make other tensors of a checkpoint's, a line each, done one after the other: <c>rename</c>, <c>split</c>, <c>stack</c>,
/// <c>transpose</c>, <c>slice</c>, <c>repeat</c>, <c>drop</c>. Each takes what the rules before have made.
/// </summary>
internal sealed partial class RenameRules
{
    private const string Help = "expected 'rename A -> B', 'split A -> B, C', 'stack A, B -> C', 'transpose A', 'slice A 2:10', 'repeat A every 8 rows 2 times' or 'drop A', and 'axis 1' at the end of a split, stack or slice where it is not axis 0";

    private readonly string _origin;
    private readonly List<Rule> _rules = [];

    private RenameRules(string origin) => _origin = origin;

    public int Count => _rules.Count;

    /// <summary>Reads rules; empty lines and what stands behind # are left out.</summary>
    /// <exception cref="ToolException">A line is no rule.</exception>
    public static RenameRules Parse(string origin, string text)
    {
        var rules = new RenameRules(origin);
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = Comment().Replace(lines[i], "").Trim();
            if (line.Length == 0)
                continue;
            rules._rules.Add(RuleOf(i + 1, line) ?? throw rules.Error(i + 1, $"{Help}; found '{line}'"));
        }

        return rules;
    }

    /// <summary>Applies all rules to tensors by their names.</summary>
    /// <exception cref="ToolException">A rule finds no tensor, or does not fit what it finds.</exception>
    public void Apply(Dictionary<string, LazyTensor> tensors)
    {
        foreach (Rule rule in _rules)
        {
            (int line, string[] sources, string[] targets) = (rule.Line, rule.Sources, rule.Targets);
            NamePattern first = new(sources[0]);
            foreach (string other in sources.Concat(targets))
            {
                if (NamePattern.HolesOf(other).FirstOrDefault(hole => !first.Names.Contains(hole)) is string hole)
                    throw Error(line, $"expected '{other}' to have no hole that '{sources[0]}' has not, found {(hole.StartsWith("star", StringComparison.Ordinal) ? "one more *" : $"{{{hole}}}")}");
            }

            (string Name, Dictionary<string, string> Values)[] found = [.. tensors.Keys.Order(StringComparer.Ordinal).Select(name => (name, first.Match(name)!)).Where(match => match.Item2 is not null)];
            if (found.Length == 0)
            {
                string nearest = EditDistance.Nearest(sources[0], tensors.Keys) is string near ? $"; the nearest name is '{near}'" : "";
                throw Error(line, $"expected a tensor '{sources[0]}', found none{nearest}");
            }

            // All that a rule takes goes before anything that it makes comes: names may change places.
            var made = new List<(string Name, LazyTensor Tensor)>();
            foreach ((_, Dictionary<string, string> values) in found)
            {
                LazyTensor[] taken = [.. sources.Select(source => Take(tensors, NamePattern.Fill(source, values), line))];
                made.AddRange(Make(rule, [.. sources.Select(source => NamePattern.Fill(source, values))], taken, [.. targets.Select(target => NamePattern.Fill(target, values))]));
            }

            foreach ((string name, LazyTensor tensor) in made)
            {
                if (!tensors.TryAdd(name, tensor))
                    throw Error(line, $"expected '{name}' to be a new name, found a tensor that has it; drop or rename that before");
            }
        }
    }

    private IEnumerable<(string, LazyTensor)> Make(Rule rule, string[] sources, LazyTensor[] taken, string[] targets)
    {
        (string verb, int line, int axis) = (rule.Verb, rule.Line, rule.Axis);
        LazyTensor tensor = taken[0];
        string what = $"'{sources[0]}' of shape {Terminal.Shape(tensor.Shape)}";
        if (verb is "split" or "slice" or "stack" && axis >= tensor.Shape.Length)
            throw Error(line, $"expected an axis from 0 to {tensor.Shape.Length - 1} of {what}, found {axis}");
        switch (verb)
        {
            case "drop":
                return [];
            case "rename":
                return [(targets[0], tensor)];
            case "transpose" when tensor.Shape.Length != 2:
                throw Error(line, $"expected two dimensions to exchange, found {what}");
            case "transpose":
                return [(sources[0], tensor.Transposed())];
            case "slice":
                (long begin, long end) = (rule.Begin ?? 0, rule.End ?? tensor.Shape[axis]);
                if (begin >= end || end > tensor.Shape[axis])
                    throw Error(line, $"expected a part of 0:{tensor.Shape[axis]} of {what}, found {begin}:{end}");
                return [(sources[0], tensor.Slice(axis, begin, end - begin))];
            case "repeat":
                if (rule is not { Begin: > 0, End: > 0 and <= 1 << 20 } || tensor.Shape.Length == 0 || tensor.Shape[0] % rule.Begin.Value != 0)
                    throw Error(line, $"expected rows that divide those of {what}, at least once, found {rule.Begin} rows, {rule.End} times");
                return [(sources[0], tensor.Repeated(rule.Begin.Value, (int)rule.End.Value))];
            case "split":
                return Split(line, axis, tensor, what, targets);
            default:
                for (int i = 1; i < taken.Length; i++)
                {
                    if (taken[i].DataType != tensor.DataType || taken[i].Shape.Length != tensor.Shape.Length || taken[i].Shape.Where((size, at) => at != axis && size != tensor.Shape[at]).Any())
                        throw Error(line, $"expected {what} and type {tensor.DataType} to differ from others in axis {axis} alone, found '{sources[i]}' of shape {Terminal.Shape(taken[i].Shape)} and type {taken[i].DataType}");
                }

                return [(targets[0], LazyTensor.Stack(taken, axis))];
        }
    }

    /// <summary>Parts one behind the other: as large as they say behind a colon, or all the same.</summary>
    private IEnumerable<(string, LazyTensor)> Split(int line, int axis, LazyTensor tensor, string what, string[] targets)
    {
        (string Name, long Size)[] parts = [.. targets.Select(target => PartSize().Match(target) is { Success: true } sized
            ? (target[..sized.Index], long.Parse(sized.Groups[1].Value, CultureInfo.InvariantCulture)) : (target, tensor.Shape[axis] / targets.Length))];
        if (parts.Sum(part => part.Size) != tensor.Shape[axis])
            throw Error(line, $"expected the parts to make {tensor.Shape[axis]}, axis {axis} of {what}, found {string.Join(" + ", parts.Select(part => part.Size))}; sizes stand behind colons: q.weight:64");
        long first = 0;
        foreach ((string name, long size) in parts)
        {
            yield return (name, tensor.Slice(axis, first, size));
            first += size;
        }
    }

    private LazyTensor Take(Dictionary<string, LazyTensor> tensors, string name, int line) =>
        tensors.Remove(name, out LazyTensor? tensor) ? tensor : throw Error(line, $"expected a tensor '{name}' beside the others, found none");

    private ToolException Error(int line, string message) => new($"{_origin}, line {line}: {message}.");

    private static string[] List(string names) => names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"(^|\s)#.*")]
    private static partial Regex Comment();

    [GeneratedRegex(@":(\d{1,18})$")]
    private static partial Regex PartSize();

    /// <summary>A line's rule; null where it is none.</summary>
    private static Rule? RuleOf(int line, string text)
    {
        string[] sides = text.Split("->", StringSplitOptions.TrimEntries);
        int axis = 0;
        if (AxisAtEnd().Match(sides[^1]) is { Success: true } axisAtEnd)
        {
            axis = axisAtEnd.Groups[1].Value[0] - '0';
            sides[^1] = sides[^1][..axisAtEnd.Index];
        }

        int space = sides[0].IndexOfAny([' ', '\t']);
        if (space < 0 || sides.Length > 2)
            return null;
        (string verb, string from) = (sides[0][..space], sides[0][space..].Trim());
        Match part = verb == "repeat" ? RepeatAtEnd().Match(from) : PartAtEnd().Match(from);
        if (verb is "slice" or "repeat" && part.Success)
            from = from[..part.Index];
        string[] sources = List(from), targets = sides.Length == 2 ? List(sides[1]) : [];
        bool fits = verb switch
        {
            "rename" => sources.Length == 1 && targets.Length == 1 && axis == 0,
            "split" => sources.Length == 1 && targets.Length > 1,
            "stack" => sources.Length > 1 && targets.Length == 1,
            "slice" => sources.Length == 1 && sides.Length == 1 && part.Success,
            "repeat" => sources.Length == 1 && sides.Length == 1 && part.Success && axis == 0,
            "transpose" or "drop" => sources.Length == 1 && sides.Length == 1 && axis == 0,
            _ => false,
        };
        return fits && !sources.Concat(targets).Any(name => name.Any(char.IsWhiteSpace)) ? new Rule(line, verb, sources, targets, axis, Number(1), Number(2)) : null;

        long? Number(int group) => part.Groups[group].Length > 0 ? long.Parse(part.Groups[group].Value, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex(@"\s+axis\s+(\d)$")]
    private static partial Regex AxisAtEnd();

    [GeneratedRegex(@"\s+(\d{0,18}):(\d{0,18})$")]
    private static partial Regex PartAtEnd();

    [GeneratedRegex(@"\s+every\s+(\d{1,18})\s+rows?\s+(\d{1,18})\s+times?$")]
    private static partial Regex RepeatAtEnd();

    /// <summary>One rule; of a slice, from where to where, and of a repetition, of how many rows and how often.</summary>
    private sealed record Rule(int Line, string Verb, string[] Sources, string[] Targets, int Axis, long? Begin, long? End);
}
