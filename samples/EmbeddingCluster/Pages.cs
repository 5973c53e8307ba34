using System.Text.Encodings.Web;
using System.Text.Json;
using SemanticSearch;

namespace EmbeddingCluster;

/// <summary>The corpus that is there without one: passages of the checkout that the program was built in.</summary>
internal static class Pages
{
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the passages as a corpus.</summary>
    /// <returns>The file.</returns>
    public static string Write(string path)
    {
        DirectoryInfo? checkout = new(AppContext.BaseDirectory);
        while (checkout is not null && !File.Exists(Path.Combine(checkout.FullName, "AttentionDsl.sln"))) checkout = checkout.Parent;
        if (checkout is null) throw new InvalidOperationException("The program is in no checkout of its repository; give a corpus.");
        IEnumerable<Passage> passages = Passages.FilesIn(checkout.FullName).SelectMany(file => Passages.Of(Path.GetRelativePath(checkout.FullName, file).Replace('\\', '/'), File.ReadAllLines(file)));
        File.WriteAllLines(path, passages.Select(passage => JsonSerializer.Serialize(new { text = passage.Heading.Length == 0 ? passage.Text : $"{passage.Heading}\n{passage.Text}", file = passage.File, line = passage.Line }, s_json)));
        return path;
    }
}
