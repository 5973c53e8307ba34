using System.Text;
using System.Text.RegularExpressions;

namespace Attention.Tool.Checkpoints;

/// <summary>
/// A pattern of tensor names: <c>{word}</c> stands for a word without dots, such as a layer's number, <c>*</c> for any characters. What they
/// stand for can be written into other names: <c>{word}</c> by its name, stars in their order.
/// </summary>
internal sealed partial class NamePattern
{
    private readonly Regex _regex;

    public NamePattern(string text)
    {
        Text = text;
        var regex = new StringBuilder("^");
        int stars = 0, at = 0;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match hole in Holes().Matches(text))
        {
            regex.Append(Regex.Escape(text[at..hole.Index]));
            string name = hole.Value == "*" ? StarOf(stars++) : hole.Groups["name"].Value;
            regex.Append(names.Add(name) ? $"(?<{name}>{(hole.Value == "*" ? ".*?" : @"[^.]+?")})" : $@"\k<{name}>");
            at = hole.Index + hole.Length;
        }

        Names = names;
        _regex = new Regex(regex.Append(Regex.Escape(text[at..])).Append('$').ToString(), RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
    }

    public string Text { get; }

    /// <summary>What it has holes for.</summary>
    public IReadOnlySet<string> Names { get; }

    /// <summary>What the holes stand for in a name; null where the name is none of the pattern's.</summary>
    public Dictionary<string, string>? Match(string name) =>
        _regex.Match(name) is { Success: true } match ? Names.ToDictionary(hole => hole, hole => match.Groups[hole].Value, StringComparer.Ordinal) : null;

    /// <summary>The holes of a text that a pattern does not have.</summary>
    public static IEnumerable<string> HolesOf(string text) => new NamePattern(text).Names;

    /// <summary>A text with its holes filled.</summary>
    public static string Fill(string text, IReadOnlyDictionary<string, string> values)
    {
        int stars = 0;
        return Holes().Replace(text, hole => values[hole.Value == "*" ? StarOf(stars++) : hole.Groups["name"].Value]);
    }

    private static string StarOf(int index) => $"star{index}";

    [GeneratedRegex(@"\*|\{(?<name>[A-Za-z][A-Za-z0-9_]*)\}")]
    private static partial Regex Holes();
}
