using System.Globalization;
using System.Text;

namespace Attention.Text.Tests;

/// <summary>Writes src/Attention.Text/Unicode/Tables.cs from what <see cref="TableProbe"/> finds.</summary>
internal sealed class TableWriter
{
    private const int Block = 128;
    private readonly StringBuilder _text = new("// Written by UnicodeTableTests from the reference's answers; ATTENTION_ACCEPT=1 writes it anew.\nnamespace Attention.Text;\n\ninternal static partial class CodePoints\n{\n");

    public static string Write()
    {
        var writer = new TableWriter();
        int[] traits = Array.ConvertAll(TableProbe.Traits(), value => (int)value);
        Dictionary<int, string> canonical = TableProbe.Decompositions("NFD");
        var classes = new int[0x110000];
        foreach ((int c, int value) in TableProbe.CombiningClasses()) classes[c] = value;
        for (int c = 0; c < traits.Length; c++)
        {
            if (canonical.ContainsKey(c) || classes[c] != 0 || c is >= 0xAC00 and <= 0xD7A3) traits[c] |= (int)Traits.Decomposing;
        }
        writer.Records("Traits", "ushort", traits);
        writer.LowerCase(TableProbe.LowerCase());
        writer.Decompositions(canonical, TableProbe.Decompositions("NFKD"));
        writer.TwoLevels("CombiningClass", "byte", classes);
        var compositions = TableProbe.Compositions(canonical).OrderBy(pair => pair.Key.First).ThenBy(pair => pair.Key.Second).ToList();
        writer.Span("CompositionTable", "int", [.. compositions.SelectMany(pair => (int[])[pair.Key.First, pair.Key.Second, pair.Value])]);
        return writer._text.ToString().TrimEnd('\n') + "\n}\n";
    }

    /// <summary>The difference to the lower case; a code point that becomes more than one is written after the others.</summary>
    private void LowerCase(Dictionary<int, string> lower)
    {
        var differences = new int[0x110000];
        foreach ((int c, string text) in lower)
        {
            int[] runes = [.. text.EnumerateRunes().Select(rune => rune.Value)];
            if (runes.Length == 1) differences[c] = runes[0] - c;
            else if (c != 0x130 || text != "i\u0307") throw new InvalidOperationException($"U+{c:X4} becomes {runes.Length} code points.");
        }
        Records("LowerCase", "int", differences);
    }

    /// <summary>Places in one pool of strings, each after its length; 0 is none.</summary>
    private void Decompositions(Dictionary<int, string> canonical, Dictionary<int, string> compatibility)
    {
        var pool = new StringBuilder("\0");
        var places = new Dictionary<string, int>();
        foreach ((string name, Dictionary<int, string> map) in new[] { ("Canonical", canonical), ("Compatibility", compatibility) })
        {
            var values = new int[0x110000];
            foreach ((int c, string text) in map)
            {
                if (!places.TryGetValue(text, out int place))
                {
                    places.Add(text, place = pool.Length);
                    pool.Append((char)text.Length).Append(text);
                }
                values[c] = place;
            }
            TwoLevels(name, "ushort", values);
        }
        Span("Pool", "ushort", [.. pool.ToString().Select(unit => (int)unit)]);
    }

    /// <summary>Two levels of numbers of records, and the records.</summary>
    private void Records(string name, string type, int[] values)
    {
        int[] records = [.. values.Distinct()];
        TwoLevels(name, "byte", Array.ConvertAll(values, value => Array.IndexOf(records, value)));
        Span(name + "Records", type, records);
    }

    private void TwoLevels(string name, string type, int[] values)
    {
        var blocks = new List<int[]>();
        var numbers = new List<int>();
        foreach (int[] block in values.Chunk(Block))
        {
            int number = blocks.FindIndex(other => other.AsSpan().SequenceEqual(block));
            if (number < 0)
            {
                number = blocks.Count;
                blocks.Add(block);
            }
            numbers.Add(number);
        }
        Span(name + "Blocks", blocks.Count > 256 ? "ushort" : "byte", [.. numbers]);
        Span(name + "Values", type, [.. blocks.SelectMany(block => block)]);
    }

    private void Span(string name, string type, int[] values)
    {
        _text.Append(CultureInfo.InvariantCulture, $"    private static ReadOnlySpan<{type}> {name} =>\n    [\n");
        foreach (int[] line in values.Chunk(40))
            _text.Append("        ").AppendJoin(',', line.Select(value => value.ToString(CultureInfo.InvariantCulture))).Append(",\n");
        _text.Append("    ];\n\n");
    }
}
