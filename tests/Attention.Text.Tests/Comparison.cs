using System.Text;
using Xunit;

namespace Attention.Text.Tests;

/// <summary>A tokenizer beside the reference, both read from one tokenizer.json.</summary>
internal sealed class Comparison(string json) : IDisposable
{
    private readonly Oracle _oracle = new(json);

    public Tokenizer Tokenizer { get; } = Tokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)));

    /// <summary>Of what a normalizer makes of a text.</summary>
    public static Comparison OfBytes(string normalizer) => new(Oracle.JsonOfBytes(normalizer, null));

    /// <summary>Of the pieces that a pre-tokenizer makes, each before a mark.</summary>
    public static Comparison OfPieces(string preTokenizer, string? normalizer = null) => new(Oracle.JsonOfBytes(normalizer, preTokenizer, Oracle.Mark));

    /// <summary>Ids, and what they decode to, are the reference's; the error shows the first line of which they are not.</summary>
    public void AssertSame(IEnumerable<string> lines, bool decodes = true)
    {
        int compared = 0, different = 0;
        string first = "";
        foreach (string line in lines)
        {
            compared++;
            int[] expected = _oracle.Encode(line), found = Tokenizer.EncodeToIds(line);
            bool same = expected.AsSpan().SequenceEqual(found);
            string expectedText = "", foundText = "";
            if (same && decodes)
            {
                (expectedText, foundText) = (_oracle.Decode(expected), Tokenizer.Decode(expected));
                same = expectedText == foundText;
            }
            if (same) continue;
            if (different++ == 0) first = $"{Escape(line)}\n expected {string.Join(' ', expected.Select(Shown).Take(60))}\n found    {string.Join(' ', found.Select(Shown).Take(60))}\n text expected {Escape(expectedText)}\n text found    {Escape(foundText)}";
        }
        Assert.True(compared > 0, "no lines");
        Assert.True(different == 0, $"{different} of {compared} lines differ, the first: {first}");
    }

    public void Dispose() => _oracle.Dispose();

    private string Shown(int id) => $"{id}:{Escape(Tokenizer.IdToToken(id) ?? "?")}";

    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (char unit in text.AsSpan(0, Math.Min(text.Length, 400))) _ = unit is > ' ' and < '\u007F' or ' ' ? escaped.Append(unit) : escaped.Append($"\\u{(int)unit:X4}");
        return escaped.ToString();
    }
}
