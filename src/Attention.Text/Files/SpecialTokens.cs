using System.Text.Json;

namespace Attention.Text;

/// <summary>Reads tokenizer_config.json and special_tokens_map.json beside a vocabulary: which token begins, ends, pads and so on.</summary>
internal static class SpecialTokens
{
    /// <summary>The file's object; null if there is no such file.</summary>
    public static T? Read<T>(string folder, string name, Func<JsonPart, T> read) where T : class
    {
        string file = Path.Combine(folder, name);
        if (!File.Exists(file)) return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
            return JsonPart.Guard(file, () => read(new(document.RootElement, file, "$")));
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file}: not JSON: {e.Message}", e);
        }
    }

    /// <summary>Puts what the files name into the parts.</summary>
    public static TokenizerParts Named(TokenizerParts parts, string folder)
    {
        foreach (string name in (ReadOnlySpan<string>)["special_tokens_map.json", "tokenizer_config.json"])
            parts = Read(folder, name, json => Named(parts, json)) ?? parts;
        return parts;
    }

    private static TokenizerParts Named(TokenizerParts parts, JsonPart json)
    {
        int? Id(string key, int? known)
        {
            JsonPart value = json[key];
            if (value.IsNull) return known;
            string token = (value.Element.ValueKind == JsonValueKind.Object ? value["content"] : value).String();
            foreach (AddedToken added in parts.AddedTokens)
            {
                if (added.Content == token) return added.Id;
            }
            int id = parts.Model.TokenToId(token);
            return id >= 0 ? id : known;
        }
        return parts with
        {
            Begin = Id("bos_token", parts.Begin),
            End = Id("eos_token", parts.End),
            Pad = Id("pad_token", parts.Pad),
            Unknown = Id("unk_token", parts.Unknown),
            Mask = Id("mask_token", parts.Mask),
            Separator = Id("sep_token", parts.Separator),
            Class = Id("cls_token", parts.Class),
        };
    }
}
