using System.Text.Encodings.Web;
using System.Text.Json;
using Attention.Text;
using Spectre.Console;

namespace SemanticSearch;

/// <summary>Shows what was found, the sentence that is nearest to the question in bold and the question's own words coloured.</summary>
internal static class Screen
{
    private const int LeastLetters = 3;

    public static JsonSerializerOptions Json { get; } = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Show(IAnsiConsole console, string question, float[] query, IReadOnlyList<Found> found, TextEmbedder embedder)
    {
        HashSet<string> words = [.. Words(question).Select(word => word.Text.ToLowerInvariant()).Where(word => word.Length >= LeastLetters)];
        foreach (Found passage in found)
        {
            console.WriteLine();
            console.MarkupLineInterpolated($"[green]{passage.Score:0.000}[/]  [bold]{passage.Passage.File}:{passage.Passage.Line}[/]  [grey]{passage.Passage.Heading}[/]");
            console.MarkupLine(Marked(passage.Passage.Text, query, words, embedder));
        }
    }

    private static string Marked(string text, float[] query, HashSet<string> words, TextEmbedder embedder)
    {
        Range[] sentences = [.. Sentences(text)];
        Embeddings vectors = embedder.Embed([.. sentences.Select(sentence => text[sentence])]);
        int best = Enumerable.Range(0, sentences.Length).MaxBy(i => SearchIndex.Dot(query, vectors[i]));
        return string.Concat(sentences.Select((sentence, i) => i == best ? $"[bold]{Coloured(text[sentence])}[/]" : Coloured(text[sentence])));

        string Coloured(string part)
        {
            var marked = new System.Text.StringBuilder();
            int at = 0;
            foreach ((string word, int first) in Words(part))
            {
                if (!words.Contains(word.ToLowerInvariant())) continue;
                marked.Append(Markup.Escape(part[at..first])).Append($"[yellow]{Markup.Escape(word)}[/]");
                at = first + word.Length;
            }
            return marked.Append(Markup.Escape(part[at..])).ToString();
        }
    }

    /// <summary>Stretches that end behind a full stop and a space, or with a line; together they are the text.</summary>
    private static IEnumerable<Range> Sentences(string text)
    {
        int first = 0;
        for (int i = 0; i < text.Length; i++)
        {
            bool ends = text[i] == '\n' || (text[i] is ' ' && i > 0 && text[i - 1] is '.' or '!' or '?' or ':');
            if (!ends || string.IsNullOrWhiteSpace(text[first..i])) continue;
            yield return first..(i + 1);
            first = i + 1;
        }
        if (!string.IsNullOrWhiteSpace(text[first..])) yield return first..text.Length;
    }

    private static IEnumerable<(string Text, int First)> Words(string text)
    {
        for (int first = 0, end; first < text.Length; first = end + 1)
        {
            for (end = first; end < text.Length && char.IsLetterOrDigit(text[end]);) end++;
            if (end > first) yield return (text[first..end], first);
        }
    }
}
