using System.Text.Json;

namespace EmbeddingService.Http;

/// <summary>A request's JSON object, whose members are looked up and checked by name.</summary>
internal sealed class RequestBody(JsonDocument document) : IDisposable
{
    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="ApiException">It is no JSON object.</exception>
    public static async Task<RequestBody> ReadAsync(HttpContext context)
    {
        JsonDocument document;
        try
        {
            document = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        }
        catch (JsonException e)
        {
            throw ApiException.Invalid($"Expected a JSON object, found what is none: {e.Message}");
        }
        if (document.RootElement.ValueKind == JsonValueKind.Object) return new(document);
        JsonValueKind found = document.RootElement.ValueKind;
        document.Dispose();
        throw ApiException.Invalid($"Expected a JSON object, found {Name(found)}.");
    }

    /// <summary>A member; null where there is none, or it is null.</summary>
    public JsonElement? Member(string name) => document.RootElement.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null ? member : null;

    public string? Text(string name) => Member(name) is not JsonElement member ? null : member.ValueKind == JsonValueKind.String ? Text(member, name) : throw Unexpected(name, "a string", member);

    public bool? Flag(string name) => Member(name) is not JsonElement member ? null : member.ValueKind is JsonValueKind.True or JsonValueKind.False ? member.GetBoolean() : throw Unexpected(name, "true or false", member);

    public int? Whole(string name, int least, int most) => Member(name) is not JsonElement member ? null
        : member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out int value) && value >= least && value <= most ? value
        : throw Unexpected(name, most == int.MaxValue ? $"a whole number of at least {least}" : $"a whole number from {least} to {most}", member);

    public double? Number(string name, double least, double most) => Member(name) is not JsonElement member ? null
        : member.ValueKind == JsonValueKind.Number && member.TryGetDouble(out double value) && value >= least && value <= most ? value
        : throw Unexpected(name, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"a number from {least} to {most}"), member);

    /// <summary>The text of a string.</summary>
    /// <exception cref="ApiException">It has half a surrogate pair, or bytes that are no UTF-8.</exception>
    public static string Text(JsonElement member, string name)
    {
        try
        {
            return member.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw ApiException.Invalid($"{name}: expected text, found a string with half a surrogate pair or bytes that are no UTF-8.", name);
        }
    }

    public static ApiException Unexpected(string name, string expected, JsonElement found) => ApiException.Invalid(
        $"{name}: expected {expected}, found {(found.ValueKind == JsonValueKind.Number ? found.GetRawText() : Name(found.ValueKind))}.", name);

    public void Dispose() => document.Dispose();

    private static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
