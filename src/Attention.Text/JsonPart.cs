using System.Globalization;
using System.Text.Json;

namespace Attention.Text;

/// <summary>A value of a JSON file that knows its file and its path, for errors: everything that is not as expected is an <see cref="InvalidDataException"/> that says both.</summary>
internal readonly struct JsonPart(JsonElement element, string file, string path)
{
    public JsonElement Element => element;

    /// <summary>Reads a file's values; a name that is no text is an error like others.</summary>
    public static T Guard<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException($"{file}: a name or a string is no text: {e.Message}", e);
        }
    }

    public bool IsNull => element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    /// <summary>A member; one that is missing <see cref="IsNull"/>.</summary>
    public JsonPart this[string key]
    {
        get
        {
            Expect(JsonValueKind.Object, "an object");
            return new(element.TryGetProperty(key, out JsonElement member) ? member : default, file, $"{path}.{key}");
        }
    }

    /// <summary>The members of an object in the file's order.</summary>
    public IEnumerable<(string Key, JsonPart Value)> Members()
    {
        Expect(JsonValueKind.Object, "an object");
        foreach (JsonProperty member in element.EnumerateObject()) yield return (member.Name, new(member.Value, file, $"{path}.{member.Name}"));
    }

    /// <summary>The items of an array.</summary>
    public IEnumerable<JsonPart> Items()
    {
        Expect(JsonValueKind.Array, "an array");
        int at = 0;
        foreach (JsonElement item in element.EnumerateArray()) yield return new(item, file, string.Create(CultureInfo.InvariantCulture, $"{path}[{at++}]"));
    }

    /// <summary>One item of an array, for an error at it.</summary>
    public JsonPart ItemAt(int at) => new(element[at], file, string.Create(CultureInfo.InvariantCulture, $"{path}[{at}]"));

    public string String()
    {
        Expect(JsonValueKind.String, "a string");
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Error("a string holds an escaped surrogate that stands alone");
        }
    }

    public int Int() => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int value) ? value : throw Wrong("a whole number of 32 bits");

    public double Double() => element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double value) ? value : throw Wrong("a number");

    public bool Bool() => element.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => throw Wrong("true or false") };

    public string? StringOrNull() => IsNull ? null : String();

    public int? IntOrNull() => IsNull ? null : Int();

    public bool Bool(bool missing) => IsNull ? missing : Bool();

    /// <summary>Refuses members that this library does not read: they could mean something.</summary>
    public void Only(params ReadOnlySpan<string> keys)
    {
        Expect(JsonValueKind.Object, "an object");
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (!keys.Contains(member.Name)) throw Error($"the key '{member.Name}' is not known; known are {string.Join(", ", keys.ToArray())}");
        }
    }

    /// <summary>An error at this place.</summary>
    public InvalidDataException Error(string message) => new($"{file}: {path}: {message}.");

    /// <summary>Refuses a value of another kind.</summary>
    public void Expect(JsonValueKind kind, string expected)
    {
        if (element.ValueKind != kind) throw Wrong(expected);
    }

    private InvalidDataException Wrong(string expected)
    {
        if (element.ValueKind == JsonValueKind.Undefined) return Error($"expected {expected}, found nothing");
        string found = element.GetRawText();
        return Error($"expected {expected}, found {(found.Length > 40 ? found[..40] + "…" : found)}");
    }
}
