using System.Text.Encodings.Web;
using System.Text.Json;

namespace EmbeddingService.Http;

/// <summary>Answers of JSON.</summary>
internal static class Answer
{
    /// <summary>How JSON is written: nothing of it stands in a page.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task JsonAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        await using (var json = new Utf8JsonWriter(context.Response.BodyWriter, Options)) write(json);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
