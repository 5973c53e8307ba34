using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Attention.Dsl;

namespace Pronounce;

/// <summary>The letters and phonemes of a model: an id is an index into these lists.</summary>
public sealed class Vocabulary
{
    /// <summary>The token that phonemes begin with.</summary>
    public const int Begin = 1;

    /// <summary>The token that ends letters and phonemes. Padding, begin and end come before everything that is spoken or written.</summary>
    public const int End = 2;

    private readonly Dictionary<string, int> _letters = new(StringComparer.Ordinal);
    private readonly string[] _phonemes;
    private readonly string _known;

    /// <summary>Numbers letters and phonemes as they are listed.</summary>
    public Vocabulary(string[] letters, string[] phonemes)
    {
        for (int id = End + 1; id < letters.Length; id++)
            _letters[letters[id]] = id;
        _phonemes = phonemes;
        _known = string.Join(' ', _letters.Keys);
    }

    /// <summary>Reads the lists from the metadata of a checkpoint: <c>letters</c> and <c>phonemes</c>, JSON arrays of strings.</summary>
    /// <exception cref="WeightsException">One of them is missing or malformed.</exception>
    public static Vocabulary Read(IReadOnlyDictionary<string, string> metadata) =>
        new(List(metadata, "letters"), List(metadata, "phonemes"));

    /// <summary>
    /// Turns a word, upper or lower case, into letter ids and the end token, at most <paramref name="length"/> of them
    /// altogether; false with what is wrong with the word.
    /// </summary>
    public bool TryEncode(string word, int length, out int[] ids, [NotNullWhen(false)] out string? problem)
    {
        ids = [];
        problem = null;
        List<int> encoded = [];
        foreach (Rune letter in word.EnumerateRunes())
        {
            if (!_letters.TryGetValue(Rune.ToLowerInvariant(letter).ToString(), out int id))
            {
                problem = $"{Quote(word)}: the model does not know the character {Quote(letter)}; it knows {_known}";
                return false;
            }

            encoded.Add(id);
        }

        int most = length - 1;
        if (encoded.Count == 0 || encoded.Count > most)
        {
            problem = $"{Quote(word)}: expected 1 to {most} letters, found {encoded.Count}";
            return false;
        }

        ids = [.. encoded, End];
        return true;
    }

    /// <summary>The phonemes of ids; padding, begin and end are silent.</summary>
    public string[] Decode(IEnumerable<int> ids) => [.. ids.Where(id => id > End).Select(id => _phonemes[id])];

    private static string[] List(IReadOnlyDictionary<string, string> metadata, string name)
    {
        try
        {
            return JsonSerializer.Deserialize(metadata.GetValueOrDefault(name, "null"), Json.Default.StringArray)
                ?? throw new WeightsException($"Metadata '{name}': expected a JSON array of strings, found none.");
        }
        catch (JsonException e)
        {
            throw new WeightsException($"Metadata '{name}': expected a JSON array of strings, found: {e.Message}", e);
        }
    }

    /// <summary>A word as a message shows it: not endless, and without characters that would steer the terminal.</summary>
    private static string Quote(string word)
    {
        const int Most = 40;
        Rune[] shown = [.. word.EnumerateRunes().Take(Most + 1).Select(rune => IsVisible(rune) ? rune : Rune.ReplacementChar)];
        return shown.Length > Most ? $"'{string.Concat(shown.Take(Most))}…'" : $"'{string.Concat(shown)}'";
    }

    private static string Quote(Rune rune) => IsVisible(rune) ? $"'{rune}' (U+{rune.Value:X4})" : $"U+{rune.Value:X4}";

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
