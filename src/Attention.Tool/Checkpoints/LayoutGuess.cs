using System.Text.RegularExpressions;
using Attention.Generator.Layouts;
using Attention.Generator.Weights;
using WeightLayout = Attention.Dsl.WeightLayout;

namespace Attention.Tool.Checkpoints;

/// <summary>Whose names a checkpoint's tensors have, by the tables that the generator goes by.</summary>
/// <param name="Layout">The layout.</param>
/// <param name="Prefixes">The prefix of encoders and that of decoders.</param>
/// <param name="Known">How many tensors it has names for.</param>
internal sealed record LayoutGuess(WeightLayout Layout, (string Encoder, string Decoder) Prefixes, int Known)
{
    public string Name => Layout.ToString();

    /// <summary>The prefixes, one where both are the same.</summary>
    public string Prefix => string.Join(", ", new[] { Prefixes.Encoder, Prefixes.Decoder }.Distinct());

    /// <summary>The layout that knows the most names, the first of equal ones; null where none knows half of them.</summary>
    public static LayoutGuess? Of(IReadOnlyCollection<string> names) =>
        Enum.GetValues<WeightLayout>().SelectMany(layout => Of(layout, names)).Where(guess => 2 * guess.Known > names.Count).MaxBy(guess => guess.Known);

    /// <summary>How well names are a layout's: under its prefixes, without the first word of these, and without any.</summary>
    private static IEnumerable<LayoutGuess> Of(WeightLayout member, IReadOnlyCollection<string> names)
    {
        Layout layout = LayoutCatalogue.Of((Attention.Generator.WeightLayout)member);
        (string Encoder, string Decoder) own = (layout.EncoderPrefix, layout.DecoderPrefix);
        foreach ((string Encoder, string Decoder) prefixes in new[] { own, (WithoutFirst(own.Encoder), WithoutFirst(own.Decoder)), ("", "") }.Distinct())
        {
            Regex[] patterns = [.. new[] { prefixes.Encoder, prefixes.Decoder }.Distinct().SelectMany(prefix => TemplatesOf(layout).Select(template => PatternOf(template, prefix)))];
            yield return new LayoutGuess(member, prefixes, names.Count(name => patterns.Any(pattern => pattern.IsMatch(name))));
        }
    }

    private static string WithoutFirst(string prefix) => prefix.Contains('.') ? prefix[(prefix.IndexOf('.') + 1)..] : "";

    private static IEnumerable<string> TemplatesOf(Layout layout)
    {
        foreach (LayoutRow row in layout.Select(row => row.Value))
        {
            foreach (string name in row.Names.Concat(row.OfBias().Names).Concat(new[] { row.Unstacked, row.Beside }.OfType<string>().SelectMany(row.NamesWith)))
                yield return name;
        }

        foreach (string pattern in layout.Heads.SelectMany(head => head.Patterns))
            yield return pattern;
    }

    private static Regex PatternOf(string template, string prefix)
    {
        // A number is that of a branch, of which there are others.
        string pattern = Regex.Escape(WeightNamer.Fill(template.Replace("{n?}", "\u0001", StringComparison.Ordinal).Replace("{n}", "\u0002", StringComparison.Ordinal).Replace("{part}", "\u0002", StringComparison.Ordinal), prefix.Length > 0 && prefix.All(char.IsAsciiDigit) ? "\u0002" : prefix))
            .Replace("\u0001", @"\d*", StringComparison.Ordinal).Replace("\u0002", @"\d+", StringComparison.Ordinal).Replace(@"\*", ".*", StringComparison.Ordinal);
        return new Regex("^" + Regex.Replace(pattern, @"\\\{(layer|group)}", @"\d+") + "$", RegexOptions.CultureInvariant);
    }
}
