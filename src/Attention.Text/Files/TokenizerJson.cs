using System.Text.Json;

namespace Attention.Text;

/// <summary>Reads Hugging Face's tokenizer.json. What is not known is an error with file and path, never passed over.</summary>
internal static class TokenizerJson
{
    public static TokenizerParts Read(Stream stream, string file)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(stream);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file}: not JSON: {e.Message}", e);
        }
        using (document) return JsonPart.Guard(file, () => Read(new JsonPart(document.RootElement, file, "$")));
    }

    private static TokenizerParts Read(JsonPart json)
    {
        json.Only("version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model");
        IModel model = StageReader.Model(json["model"]);
        AddedToken[] added = json["added_tokens"].IsNull ? [] : AddedTokensOf(json["added_tokens"], model);
        int? IdOf(string token) => Array.Find(added, item => item.Content == token)?.Id ?? (model.TokenToId(token) is >= 0 and int id ? id : null);
        JsonPart post = json["post_processor"], truncation = json["truncation"], padding = json["padding"];
        return new(model)
        {
            Normalizer = json["normalizer"].IsNull ? null : StageReader.Normalizer(json["normalizer"]),
            PreTokenizer = json["pre_tokenizer"].IsNull ? null : StageReader.PreTokenizer(json["pre_tokenizer"]),
            PostProcessor = post.IsNull ? null : TemplatePostProcessor.Read(post),
            Decoder = json["decoder"].IsNull ? null : StageReader.Decoder(json["decoder"]),
            AddedTokens = added,
            MaxLength = truncation.IsNull ? null : truncation["max_length"].Int(),
            Pad = padding.IsNull ? null : padding["pad_id"].IntOrNull(),
            Unknown = json["model"]["unk_token"] is { IsNull: false } unknown ? IdOf(unknown.String()) : json["model"]["unk_id"].IntOrNull(),
            Class = ProcessorToken(post, "cls"),
            Separator = ProcessorToken(post, "sep"),
            Mask = IdOf("[MASK]") ?? IdOf("<mask>"),
        };
    }

    private static int? ProcessorToken(JsonPart post, string key) =>
        !post.IsNull && post["type"].String() is "BertProcessing" or "RobertaProcessing" ? post[key].Items().Last().Int() : null;

    /// <summary>
    /// The reference numbers added tokens itself: as the model's vocabulary does where that has the token, else by the next number after
    /// vocabulary and added tokens. A file that says otherwise would have other ids there, and is refused.
    /// </summary>
    private static AddedToken[] AddedTokensOf(JsonPart json, IModel model)
    {
        var tokens = new List<AddedToken>();
        int next = model.Count;
        foreach (JsonPart item in json.Items())
        {
            item.Only("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special");
            bool special = item["special"].Bool(false);
            string content = item["content"].String();
            int id = item["id"].Int(), known = model.TokenToId(content);
            if (known >= 0 && known != id) throw item["id"].Error($"the token '{content}' has the id {known} in the model's vocabulary, and {id} here");
            if (tokens.Exists(token => token.Content == content)) throw item["content"].Error($"the token '{content}' stands here twice");
            if (known < 0 && id != next) throw item["id"].Error($"expected {next}, the next after the vocabulary and the added tokens before, found {id}");
            next = Math.Max(next, id + 1);
            tokens.Add(new(content, id, special, item["lstrip"].Bool(false), item["rstrip"].Bool(false), item["single_word"].Bool(false), item["normalized"].Bool(!special)));
        }
        return [.. tokens];
    }
}
