using System.Text.Json;
using EmbeddingService.Completions;
using EmbeddingService.Options;
using Microsoft.Extensions.Options;

namespace EmbeddingService.Http;

/// <summary>GET /v1/models and /v1/models/{id}.</summary>
internal sealed class ModelsEndpoint(IOptions<EmbeddingOptions> embedding, IOptions<CompletionOptions> completion)
{
    private readonly long _created = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    private readonly string[] _names = [embedding.Value.Model, .. embedding.Value.Aliases, .. completion.Value.Enabled ? [Writers.Model] : Array.Empty<string>()];

    public Task AllAsync(HttpContext context) => Answer.JsonAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (string name in _names) Write(json, name);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    public Task OneAsync(HttpContext context)
    {
        string name = (string?)context.Request.RouteValues["id"] ?? "";
        return _names.Contains(name) ? Answer.JsonAsync(context, json => Write(json, name)) : throw ApiException.NoModel(name);
    }

    private void Write(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject();
        json.WriteString("id", name);
        json.WriteString("object", "model");
        json.WriteNumber("created", _created);
        json.WriteString("owned_by", "attention-dsl");
        json.WriteEndObject();
    }
}
