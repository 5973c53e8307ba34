using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pronounce;

/// <summary>The line that <c>--json</c> prints for a word.</summary>
internal sealed record SpokenWord(string Word, string[] Phonemes);

/// <summary>The object that <c>--evaluate --json</c> prints.</summary>
internal sealed record Report(int Words, int Wrong, int WrongWithoutStress, int PhonemeErrors, int Phonemes, double WordsPerSecond, string Isa);

[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(SpokenWord))]
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
