using System.Text;

namespace Attention.Text.Tests;

/// <summary>Lines that tokenizers get wrong: marks, joiners, right-to-left, rare scripts, controls, spaces of all kinds, long words, special tokens in the text. The same from the same seed.</summary>
internal static class HostileText
{
    private static readonly (int First, int Last)[] Ranges =
    [
        (0x20, 0x7E), (0x00, 0x1F), (0x7F, 0xA0), (0xA1, 0x24F), (0x250, 0x2FF), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x530, 0x58F), (0x590, 0x5FF),
        (0x600, 0x6FF), (0x700, 0x8FF), (0x900, 0xDFF), (0xE00, 0xEFF), (0xF00, 0xFFF), (0x1000, 0x109F), (0x10A0, 0x10FF), (0x1100, 0x11FF), (0x1200, 0x17FF),
        (0x1800, 0x1CFF), (0x1AB0, 0x1AFF), (0x1D00, 0x1DFF), (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x20FF), (0x2100, 0x218F), (0x2190, 0x2BFF),
        (0x2C00, 0x2DFF), (0x2E00, 0x2FFF), (0x3000, 0x30FF), (0x3100, 0x33FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xABFF), (0xAC00, 0xD7A3), (0xD7A4, 0xD7FF),
        (0xE000, 0xF8FF), (0xF900, 0xFAFF), (0xFB00, 0xFDFF), (0xFE00, 0xFE6F), (0xFE70, 0xFEFF), (0xFF00, 0xFFEF), (0xFFF0, 0xFFFF), (0x10000, 0x107FF), (0x10800, 0x10FFF),
        (0x11000, 0x11FFF), (0x16000, 0x16FFF), (0x1B000, 0x1BFFF), (0x1D000, 0x1D7FF), (0x1E000, 0x1EFFF), (0x1F000, 0x1FAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2EBEF),
        (0x2F800, 0x2FA1F), (0x30000, 0x323AF), (0xE0000, 0xE01EF), (0xF0000, 0x10FFFF), (0, 0x10FFFF),
    ];

    private static readonly string[] Phrases =
    [
        "don't", "I'LL", "they've", "we'Re", "'s", "'S", "’s", "naïve", "café", "Straße", "İstanbul", "ſIGN", "K", "Å", "ﬁn", "ﬃ", "№ 5", "ⅷ", "½", "x²", "１２３", "१२३",
        "3.14159", "1,000,000", "2024-01-31", "foo_bar", "a.b.c", "http://example.org/a?b=c&d=e#f", "e\u0301", "o\u0302\u0323", "o\u0323\u0302", "\u0301", "a\u0315\u0300\u05AE\u0062",
        "각", "\u1100\u1161\u11A8", "가\u11A8", "日本語", "東京都", "ｶﾞ", "か\u3099", "สวัสดี", "हिन्दी", "شكرا", "العربية", "עברית", "שָׁלוֹם", "👩\u200D👩\u200D👧", "👍🏽", "🇩🇪", "❤\uFE0F",
        "\u200B", "\u200C", "\u200D", "\u200E", "\u202E", "\u2028", "\u2029", "\u0085", "\u00A0", "\u3000", "\uFEFF", "\uFFFD", "\uFFFE", "\uFFFF", "\0", "\u001C", "\u180E", "\u2060",
        "\t", "\n", "\r", "\r\n", "\n\n", " \n ", "  ", "   ", "\u00A0 ", " \u3000", "...", "?!", "--", "——", "“q”", "«q»", "(a)", "$5", "€5", "a+b=c", "~^`|", "<b>", "</b>", "#tag", "@who", "C#", "C++",
        "##ing", "##", "Ġ", "▁", "▁a", "<0x41>", "Ċ", "ABC", "aBcD", "HELLO", "ﷺ", "ǅ", "ẞ", "\u0344", "\u0390", "ΐ", "ά", "Σας", "ΣΑΣ", "\u1E9B\u0323", "ﬅ", "㎏", "㍿", "豈", "\uFA0E",
    ];

    /// <summary>Lines without lone surrogates.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">What they follow from.</param>
    /// <param name="special">Tokens that are strewn in.</param>
    public static IEnumerable<string> Lines(int count, int seed, params string[] special)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++) yield return Line(random, special);
    }

    private static string Line(Random random, string[] special)
    {
        var text = new StringBuilder();
        int parts = random.Next(100) < 3 ? 0 : 1 + random.Next(random.Next(2, 14));
        bool spaced = random.Next(2) == 0;
        for (int part = 0; part < parts; part++)
        {
            int kind = random.Next(100);
            if (kind < 40) text.Append(Phrases[random.Next(Phrases.Length)]);
            else if (kind < 47 && special.Length > 0) text.Append(special[random.Next(special.Length)]);
            else if (kind < 48) Repeat(text, random, random.Next(20) == 0 ? 10_000 : 300);
            else Run(text, random);
            if (spaced && random.Next(4) != 0) text.Append(' ');
        }
        return text.ToString();
    }

    /// <summary>Code points of one block, with marks strewn in.</summary>
    private static void Run(StringBuilder text, Random random)
    {
        (int first, int last) = Ranges[random.Next(Ranges.Length)];
        for (int left = 1 + random.Next(6); left > 0; left--)
        {
            Append(text, random.Next(first, last + 1));
            if (random.Next(8) == 0) Append(text, random.Next(0x300, 0x370));
        }
    }

    private static void Repeat(StringBuilder text, Random random, int most)
    {
        string unit = random.Next(3) == 0 ? Phrases[random.Next(Phrases.Length)] : ((char)random.Next('a', 'z' + 1)).ToString();
        for (int left = random.Next(most) / unit.Length; left > 0; left--) text.Append(unit);
    }

    private static void Append(StringBuilder text, int codePoint)
    {
        if (codePoint is < 0xD800 or >= 0xE000) text.Append(char.ConvertFromUtf32(codePoint));
    }
}
