namespace Attention.Text.Tests;

/// <summary>
/// Asks the reference where it sees boundaries of grapheme clusters. Its Precompiled replaces a cluster of fewer than 6 bytes whole: with a
/// rule for a witness of 3 bytes, a witness and U+0300 become the rule's result alone, unless what is before them joins the cluster.
/// </summary>
internal static class GraphemeProbe
{
    /// <summary>The class of every code point.</summary>
    public static GraphemeClass[] Classes()
    {
        bool[] attaches = Probe("a", c => "a" + c, (_, result) => result == "x");
        bool[] control = Probe("\u0300", c => c + "\u0300\u0301", (c, result) => result == c + "x");
        bool[] prepend = Joins("\u4E00", c => c), leading = Joins("\u1100", c => c), vowel = Joins("\u1161", c => c), trailing = Joins("\u11A8", c => c);
        bool[] pictographic = Joins("\u2603", c => c + "\u200D"), extends = Joins("\u2603", c => "\u2603" + c + "\u200D");
        bool[] consonant = Joins("\u0915", c => c + "\u094D"), linker = Joins("\u0915", c => "\u0915" + c);
        bool[] conjunct = Joins("\u0915", c => "\u0915" + c + "\u094D");
        var classes = new GraphemeClass[0x110000];
        foreach (int c in All)
        {
            bool syllable = c is >= 0xAC00 and < 0xD7A4;
            classes[c] = attaches[c]
                ? !extends[c] ? c == 0x200D ? GraphemeClass.Joiner : GraphemeClass.SpacingMark
                    : linker[c] ? GraphemeClass.Linker : conjunct[c] ? GraphemeClass.ConjunctExtend : GraphemeClass.Extend
                : control[c] || c is '\n' or '\r' ? GraphemeClass.Control
                : prepend[c] ? GraphemeClass.Prepend
                : leading[c] ? GraphemeClass.Leading
                : vowel[c] ? syllable ? GraphemeClass.SyllableVowel : GraphemeClass.Vowel
                : trailing[c] ? syllable ? GraphemeClass.SyllableTrailing : GraphemeClass.Trailing
                : pictographic[c] ? GraphemeClass.Pictographic
                : consonant[c] ? GraphemeClass.Consonant
                : GraphemeClass.Other;
        }
        return classes;
    }

    public static IEnumerable<int> All => Enumerable.Range(0, 0x110000).Where(c => c is < 0xD800 or >= 0xE000);

    /// <summary>A tokenizer of bytes after rules.</summary>
    public static Oracle Reference(params (string From, string To)[] rules) =>
        Oracle.OfBytes(normalizer: $$"""{"type":"Precompiled","precompiled_charsmap":"{{Convert.ToBase64String(CharsmapWriter.Write(rules))}}"}""");

    /// <summary>Whether a witness that follows is in the same cluster: its mark is left, for the cluster has 6 bytes and more.</summary>
    private static bool[] Joins(string witness, Func<string, string> before) =>
        Probe(witness, c => before(c) + witness + "\u0300", (_, result) => result.EndsWith("x\u0300", StringComparison.Ordinal));

    /// <summary>What holds of the texts of each code point when a string becomes x. A line's end is a boundary always.</summary>
    private static bool[] Probe(string from, Func<string, string> text, Func<string, string, bool> holds)
    {
        using Oracle reference = Reference((from, "x"));
        var found = new bool[0x110000];
        foreach (int[] block in All.Where(c => c is not '\n' and not '\r').Chunk(2048))
        {
            string[] results = reference.Text(string.Join('\n', block.Select(c => text(char.ConvertFromUtf32(c))))).Split('\n');
            if (results.Length != block.Length) throw new InvalidOperationException($"U+{block[0]:X4}: {results.Length} results of {block.Length}.");
            foreach ((int c, string result) in block.Zip(results)) found[c] = holds(char.ConvertFromUtf32(c), result);
        }
        return found;
    }
}
