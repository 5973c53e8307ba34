using System.Text.Json;
using EmbeddingService.Models;
using EmbeddingService.Options;

namespace EmbeddingService.Http;

/// <summary>What stands under "input": a text, texts, the token ids of a text, or those of texts.</summary>
internal sealed class EmbeddingInput
{
    private readonly IEmbeddingModel _model;
    private readonly EmbeddingOptions _options;
    private readonly int[] _frame;

    public EmbeddingInput(IEmbeddingModel model, EmbeddingOptions options)
    {
        (_model, _options) = (model, options);
        try
        {
            _frame = model.Encode("");
        }
        catch (ArgumentException)
        {
            _frame = []; // the tokenizer puts nothing about a text
        }
    }

    /// <summary>The tokens of each text.</summary>
    /// <exception cref="ApiException">The input is not as expected; the message says where.</exception>
    public int[][] Read(JsonElement input)
    {
        bool isArray = input.ValueKind == JsonValueKind.Array, isOne = input.ValueKind == JsonValueKind.String || (isArray && input.GetArrayLength() > 0 && input[0].ValueKind == JsonValueKind.Number);
        if (!isOne && !isArray) throw RequestBody.Unexpected("input", "a text, an array of texts, or an array of token ids", input);
        JsonElement[] items = isOne ? [input] : [.. input.EnumerateArray()];
        if (items.Length == 0) throw ApiException.Invalid("input: expected at least one text, found an empty array.", "input");
        if (items.Length > _options.MaxInputs) throw ApiException.Invalid($"input: expected at most {_options.MaxInputs} texts, found {items.Length}.", "input");
        int[][] texts = new int[items.Length][];
        long tokens = 0;
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = Tokens(items[i], isOne ? "input" : $"input[{i}]");
            tokens += texts[i].Length;
            if (tokens > _options.MaxRequestTokens)
                throw ApiException.Invalid($"input: expected at most {_options.MaxRequestTokens} tokens in all, found more by {(isOne ? "input" : $"input[{i}]")}. Send fewer texts in a request.", "input");
        }
        return texts;
    }

    private int[] Tokens(JsonElement item, string name)
    {
        if (item.ValueKind == JsonValueKind.Array) return Ids(item, name);
        if (item.ValueKind != JsonValueKind.String) throw RequestBody.Unexpected(name, "a text or an array of token ids", item);
        string text = RequestBody.Text(item, name);
        if (text.Length == 0) throw ApiException.Invalid($"{name}: expected a text, found an empty one.", "input");
        try
        {
            return _model.Encode(text);
        }
        catch (ArgumentException e)
        {
            throw ApiException.Invalid($"{name}: {e.Message}", "input", "context_length_exceeded");
        }
    }

    /// <summary>
    /// Ids that somebody else's tokenizer gave. Nothing tells whose they are but the special tokens that this model's tokenizer puts about every text, so that these are asked for:
    /// ids of another tokenizer would give vectors that mean nothing.
    /// </summary>
    private int[] Ids(JsonElement item, string name)
    {
        int[] ids = new int[item.GetArrayLength()];
        for (int i = 0; i < ids.Length; i++)
        {
            if (item[i].ValueKind != JsonValueKind.Number || !item[i].TryGetInt32(out ids[i])) throw RequestBody.Unexpected($"{name}[{i}]", "a token id", item[i]);
            if (ids[i] < 0 || ids[i] >= _model.Vocabulary)
                throw Foreign($"{name}[{i}]: token id {ids[i]} is not of this model, whose ids are 0 to {_model.Vocabulary - 1}.");
        }
        if (_frame.Length == 0) throw Foreign($"{name}: found token ids, which nothing shows to be this model's.");
        if (ids.Length < _frame.Length || ids[0] != _frame[0] || ids[^1] != _frame[^1])
            throw Foreign($"{name}: token ids of this model begin with {_frame[0]} and end with {_frame[^1]}, found {(ids.Length == 0 ? "none" : $"{ids[0]} and {ids[^1]}")}.");
        return ids.Length <= _model.MaxLength ? ids : throw ApiException.Invalid($"{name}: found {ids.Length} tokens; expected at most {_model.MaxLength}.", "input", "context_length_exceeded");

        static ApiException Foreign(string what) => ApiException.Invalid(
            $"{what} Ids of another tokenizer, such as tiktoken's, mean other words here: send text (in LangChain: check_embedding_ctx_length=False).", "input", "foreign_token_ids");
    }
}
