using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pronounce;

/// <summary>The line that <c>--json</c> prints for a word.</summary>
internal sealed record SpokenWord(string Word, string[] Phonemes);

/// <summary>The line that <c>--json --n-best</c> prints for a word.</summary>
internal sealed record RankedWord(string Word, Pronunciation[] Pronunciations);

/// <summary>The object that <c>--evaluate --json</c> prints: greedy search, then beam search.</summary>
internal sealed record Report(string Isa, SearchReport[] Searches);

/// <summary>Errors and speed of one search.</summary>
internal sealed record SearchReport(int Beams, int Words, int Wrong, int WrongWithoutStress, int PhonemeErrors, int Phonemes, double WordsPerSecond)
{
    public static SearchReport Of(int beams, Evaluation evaluation) => new(
        beams, evaluation.Score.Words, evaluation.Score.Wrong, evaluation.Score.WrongWithoutStress, evaluation.Score.PhonemeErrors, evaluation.Score.Phonemes,
        Math.Round(evaluation.WordsPerSecond, 1));
}

[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(SpokenWord))]
[JsonSerializable(typeof(RankedWord))]
[JsonSerializable(typeof(Report))]
internal sealed partial class Json : JsonSerializerContext
{
    /// <summary>One line an object; letters are not escaped, because the text is not going into HTML.</summary>
    public static Json Lines { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
