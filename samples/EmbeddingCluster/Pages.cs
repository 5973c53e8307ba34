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
        string checkout = Search.Checkout() ?? throw new InvalidOperationException("The program is in no checkout of its repository; give a corpus.");
        IEnumerable<Passage> passages = Passages.FilesIn(checkout).SelectMany(file => Passages.Of(Path.GetRelativePath(checkout, file).Replace('\\', '/'), File.ReadAllLines(file)));
        File.WriteAllLines(path, passages.Select(passage => JsonSerializer.Serialize(new { text = passage.WithHeading(), file = passage.File, line = passage.Line }, s_json)));
        return path;
    }
}
