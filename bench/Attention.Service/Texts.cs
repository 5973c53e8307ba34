using System.Text;
using System.Text.Json;
using Attention.Bench;

namespace Attention.Service;

/// <summary>A request as bytes.</summary>
/// <param name="Body">What is sent.</param>
/// <param name="Texts">The numbers of its texts.</param>
internal sealed record Asked(byte[] Body, int[] Texts);

/// <summary>What is embedded: the sentences of this repository's pages, of 3 to some 60 words, shuffled by a seed.</summary>
internal static class Texts
{
    public static string[] All { get; } = Shuffled(
    [
        .. Directory.EnumerateFiles(Checkout.Find("docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .SelectMany(File.ReadLines).Where(line => line.Length > 0 && char.IsLetter(line[0]))
            .SelectMany(line => line.Split(". ")).Where(sentence => sentence.Count(letter => letter == ' ') is >= 2 and < 60).Distinct(),
    ]);

    /// <summary>A request for some of the texts.</summary>
    public static Asked Ask(params int[] texts) => new(
        Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { model = "all-MiniLM-L6-v2", encoding_format = "base64", input = texts.Select(text => All[text]) })), texts);

    private static string[] Shuffled(string[] texts)
    {
        new Random(7).Shuffle(texts);
        return texts;
    }
}
