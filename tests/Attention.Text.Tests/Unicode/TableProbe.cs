using System.Text;

namespace Attention.Text.Tests;

/// <summary>Asks the reference what it knows of every code point: its normaliser, its categories, its lower case and its two engines of expressions each have a Unicode version of their own.</summary>
internal static class TableProbe
{
    private static readonly string[] Categories =
        ["Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn"];

    /// <summary>A code point of each canonical combining class, which never change.</summary>
    private static readonly (int Class, int CodePoint)[] Classes =
    [
        (1, 0x0334), (7, 0x093C), (8, 0x3099), (9, 0x094D), (10, 0x05B0), (11, 0x05B1), (12, 0x05B2), (13, 0x05B3), (14, 0x05B4),
        (15, 0x05B5), (16, 0x05B6), (17, 0x05B7), (18, 0x05B8), (19, 0x05B9), (20, 0x05BB), (21, 0x05BC), (22, 0x05BD), (23, 0x05BF),
        (24, 0x05C1), (25, 0x05C2), (26, 0xFB1E), (27, 0x064B), (28, 0x064C), (29, 0x064D), (30, 0x0618), (31, 0x0619), (32, 0x061A),
        (33, 0x0651), (34, 0x0652), (35, 0x0670), (36, 0x0711), (84, 0x0C55), (91, 0x0C56), (103, 0x0E38), (107, 0x0E48), (118, 0x0EB8),
        (122, 0x0EC8), (129, 0x0F71), (130, 0x0F72), (132, 0x0F74), (202, 0x0321), (214, 0x1DCE), (216, 0x031B), (218, 0x302A), (220, 0x0316),
        (222, 0x059A), (224, 0x302E), (226, 0x1D16D), (228, 0x05AE), (230, 0x0300), (232, 0x0315), (233, 0x035C), (234, 0x035D), (240, 0x0345)
    ];

    public static IEnumerable<int> All => Enumerable.Range(0, 0x110000).Where(c => c is < 0xD800 or >= 0xE000);

    /// <summary>What a tokenizer of bytes makes of each code point between two walls, letters or signs; the second wall is for the block in which the first stands.</summary>
    public static Dictionary<int, string> Map(Oracle oracle, string wall = "\uA000", string otherWall = "\u1401")
    {
        var found = new Dictionary<int, string>();
        using Oracle owned = oracle;
        foreach (int[] block in All.Chunk(2048))
        {
            string between = block.Contains(wall[0]) ? otherWall : wall;
            string text = owned.Text(between + string.Concat(block.Select(c => char.ConvertFromUtf32(c) + between)));
            string[] parts = text[text.IndexOf(between, StringComparison.Ordinal)..].Split(between);
            if (parts.Length != block.Length + 2) throw new InvalidOperationException($"U+{block[0]:X4}: {parts.Length} parts of {block.Length}.");
            foreach ((int c, string part) in block.Zip(parts[1..^1])) found[c] = part;
        }
        return found;
    }

    /// <summary>The properties of every code point, but for what follows from decompositions and classes.</summary>
    public static ushort[] Traits()
    {
        var all = new ushort[0x110000];
        Array.Fill(all, (ushort)16, 0xD800, 0x800);
        for (ushort category = 0; category < Categories.Length; category++)
        {
            if (category == 16) continue;
            string expression = $$"""{"type":"Split","pattern":{"Regex":"\\p{{{Categories[category]}}}"},"behavior":"Removed","invert":false}""";
            Dictionary<int, string> map = category == 4
                ? Map(Oracle.OfBytes(preTokenizer: expression), "\u2195", "\u3012")
                : Map(Oracle.OfBytes(preTokenizer: expression));
            foreach (int c in All.Where(c => map[c] == "")) all[c] |= category;
        }
        void Add(Text.Traits trait, Oracle oracle, Func<int, string, bool> has)
        {
            Dictionary<int, string> map = Map(oracle);
            foreach (int c in All.Where(c => has(c, map[c]))) all[c] |= (ushort)trait;
        }
        Add(Text.Traits.BertDropped, Bert("clean_text"), (_, found) => found == "");
        Add(Text.Traits.BertSpace, Bert("clean_text"), (_, found) => found == " ");
        Add(Text.Traits.BertChinese, Bert("handle_chinese_chars"), (c, found) => found == $" {char.ConvertFromUtf32(c)} ");
        Add(Text.Traits.BertAccent, Bert("strip_accents"), (_, found) => found == "");
        Add(Text.Traits.Mark, Oracle.OfBytes("""{"type":"StripAccents"}"""), (_, found) => found == "");
        Add(Text.Traits.WhiteSpace, Oracle.OfBytes(null, """{"type":"WhitespaceSplit"}"""), (_, found) => found == "");
        Add(Text.Traits.Punctuation, Oracle.OfBytes(null, """{"type":"Punctuation","behavior":"Removed"}"""), (_, found) => found == "");
        Add(Text.Traits.Number, Oracle.OfBytes(null, Oracle.Marked("""{"type":"Digits","individual_digits":true}""")), (_, found) => found.StartsWith(Oracle.Mark, StringComparison.Ordinal) && found.Length > 1);
        Add(Text.Traits.Word, Oracle.OfBytes(null, Oracle.Marked("""{"type":"Whitespace"}""")), (_, found) => !found.Contains(Oracle.Mark));
        Add(Text.Traits.ExpressionWord, Oracle.OfBytes(null, """{"type":"Split","pattern":{"Regex":"\\w"},"behavior":"Removed","invert":true}"""), (_, found) => found != "");
        return all;
    }

    /// <summary>The lower case of each code point that has another.</summary>
    public static Dictionary<int, string> LowerCase() => Changed(Map(Oracle.OfBytes("""{"type":"Lowercase"}""")));

    /// <summary>Full decompositions, Hangul syllables aside: those follow the Unicode standard's section 3.12.</summary>
    public static Dictionary<int, string> Decompositions(string form)
    {
        Dictionary<int, string> changed = Changed(Map(Oracle.OfBytes($$"""{"type":"{{form}}"}""")));
        foreach (int c in changed.Keys.Where(c => c is >= 0xAC00 and <= 0xD7A3).ToList()) changed.Remove(c);
        return changed;
    }

    /// <summary>Canonical combining classes other than 0: where a code point before all others comes to stand is told by its class.</summary>
    public static Dictionary<int, int> CombiningClasses()
    {
        using Oracle nfd = Oracle.OfBytes("""{"type":"NFD"}""");
        string all = string.Concat(Classes.Select(entry => char.ConvertFromUtf32(entry.CodePoint)));
        var found = new Dictionary<int, int>();
        int Before(int c, string text) => nfd.Text(text).EnumerateRunes().TakeWhile(rune => rune.Value != c).Count();
        Dictionary<int, string> alone = Map(Oracle.OfBytes("""{"type":"NFD"}"""));
        foreach (int[] block in All.Where(c => alone[c] == char.ConvertFromUtf32(c) && Classes.All(entry => entry.CodePoint != c)).Chunk(64))
        {
            string probe = string.Concat(block.Select(c => $"a\u0345{char.ConvertFromUtf32(c)}\u0334"));
            if (nfd.Text(probe) == string.Concat(block.Select(c => $"a\u0345{char.ConvertFromUtf32(c)}\u0334"))) continue;
            foreach (int c in block)
            {
                string text = char.ConvertFromUtf32(c);
                int last = Before(c, "a" + all + text) - 1, first = Before(c, "a" + text + all) - 1;
                if (last == Classes.Length && nfd.Text(text + all) == text + all) continue;
                if (last != first + 1) throw new InvalidOperationException($"U+{c:X4} has a class of its own.");
                found[c] = Classes[first].Class;
            }
        }
        foreach ((int known, int c) in Classes) found[c] = known;
        return found;
    }

    /// <summary>Canonical compositions: the pairs of code points that become one.</summary>
    public static Dictionary<(int First, int Second), int> Compositions(Dictionary<int, string> canonical)
    {
        using Oracle nfc = Oracle.OfBytes("""{"type":"NFC"}""");
        var found = new Dictionary<(int, int), int>();
        foreach ((int c, string parts) in canonical)
        {
            int[] runes = [.. parts.EnumerateRunes().Select(rune => rune.Value)];
            if (runes.Length < 2 || nfc.Text(char.ConvertFromUtf32(c)) != char.ConvertFromUtf32(c)) continue;
            string first = nfc.Text(string.Concat(runes[..^1].Select(char.ConvertFromUtf32)));
            found.Add((first.EnumerateRunes().Single().Value, runes[^1]), c);
        }
        return found;
    }

    private static Dictionary<int, string> Changed(Dictionary<int, string> map) => map.Where(pair => pair.Value != char.ConvertFromUtf32(pair.Key)).ToDictionary();

    private static Oracle Bert(string only)
    {
        string Is(string key) => key == only ? "true" : "false";
        return Oracle.OfBytes($$"""{"type":"BertNormalizer","clean_text":{{Is("clean_text")}},"handle_chinese_chars":{{Is("handle_chinese_chars")}},"strip_accents":{{Is("strip_accents")}},"lowercase":false}""");
    }
}
