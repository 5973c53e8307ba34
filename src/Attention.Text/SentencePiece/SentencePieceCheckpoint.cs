using System.Globalization;

namespace Attention.Text;

/// <summary>
/// A SentencePiece model in a checkpoint's folder, whose tokenizer_config.json says what stands about a text. Families whose ids are
/// not simply the model's, or that add tokens to it, are refused: their tokenizer.json says what they do.
/// </summary>
internal static class SentencePieceCheckpoint
{
    /// <summary>Families that write a text as their model does, between a begin and an end token.</summary>
    private static readonly string[] Families = ["LlamaTokenizer", "CodeLlamaTokenizer", "GemmaTokenizer"];

    /// <summary>Reads a model's file and what lies beside it.</summary>
    public static TokenizerParts Read(string file)
    {
        TokenizerParts parts = SentencePieceModel.Read(File.ReadAllBytes(file), file);
        return SpecialTokens.Read(Path.GetDirectoryName(Path.GetFullPath(file))!, "tokenizer_config.json", json => Configure(parts, json)) ?? parts;
    }

    private static TokenizerParts Configure(TokenizerParts parts, JsonPart json)
    {
        string? family = json["tokenizer_class"].StringOrNull();
        bool known = family is not null && Families.Contains(family.EndsWith("Fast", StringComparison.Ordinal) ? family[..^4] : family);
        if (family is not null && !known)
        {
            throw json["tokenizer_class"].Error($"what {family} puts about a text, and whether its ids are the SentencePiece model's, is not known here; "
                + $"known are {string.Join(", ", Families)}. Bring the checkpoint's tokenizer.json, or read the model alone with Tokenizer.LoadSentencePiece");
        }
        JsonPart added = json["added_tokens_decoder"];
        foreach ((string key, JsonPart token) in added.IsNull ? [] : added.Members())
        {
            string content = token["content"].String();
            if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int id) || parts.Model.IdToToken(id) != content)
                throw token.Error($"the token '{content}' is not the model's piece {key}, and tokens beside a SentencePiece model are read from tokenizer.json only");
        }
        // The token's own name in the file comes before the model's.
        int? begin = Id(parts, json, "bos_token") ?? parts.Begin, end = Id(parts, json, "eos_token") ?? parts.End;
        if (!json["add_bos_token"].Bool(missing: known)) begin = null;
        if (!json["add_eos_token"].Bool(missing: false)) end = null;
        if (begin is null && end is null) return parts;
        return parts with { PostProcessor = new TemplatePostProcessor([.. Template(0, begin, end)], [.. Template(0, begin, end), .. Template(1, begin, end)]) };
    }

    private static IEnumerable<TemplatePart> Template(int sequence, int? begin, int? end)
    {
        if (begin is int first) yield return TemplatePart.Special(first, sequence);
        yield return TemplatePart.Text(sequence, sequence);
        if (end is int last) yield return TemplatePart.Special(last, sequence);
    }

    private static int? Id(TokenizerParts parts, JsonPart json, string key)
    {
        JsonPart name = json[key];
        if (name.IsNull) return null;
        string token = (name.Element.ValueKind == System.Text.Json.JsonValueKind.Object ? name["content"] : name).String();
        return parts.Model.TokenToId(token) is >= 0 and int id ? id : throw name.Error($"the token '{token}' is no piece of the model");
    }
}
