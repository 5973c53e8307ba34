using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Attention.Text;
using EmbeddingService.Completions;
using EmbeddingService.Watching;

namespace EmbeddingService.Http;

/// <summary>POST /v1/completions, whole or as a stream of server-sent events.</summary>
internal sealed class CompletionsEndpoint(Writers writers, Telemetry telemetry)
{
    private const int OtherwiseTokens = 16; // as OpenAI's interface has it

    /// <summary>Members that would change a text, and are not known here, with what leaves it as it is.</summary>
    private static readonly (string Name, Func<JsonElement, bool> IsNeutral)[] s_unknown =
    [
        ("suffix", _ => false), ("stop", _ => false), ("logprobs", _ => false), ("logit_bias", _ => false), ("echo", value => value.ValueKind == JsonValueKind.False),
        ("n", Is(1)), ("best_of", Is(1)), ("presence_penalty", Is(0)), ("frequency_penalty", Is(0)),
    ];

    private static readonly EncodeOptions s_plain = new() { SpecialTokensInText = false };

    public async Task HandleAsync(HttpContext context)
    {
        long began = Stopwatch.GetTimestamp();
        Wish wish;
        using (RequestBody body = await RequestBody.ReadAsync(context)) wish = Read(body);
        int promptTokens = wish.Prompts.Sum(Tokens);
        using Activity? activity = telemetry.Source.StartActivity("completions");
        activity?.SetTag("gen_ai.operation.name", "text_completion").SetTag("gen_ai.request.model", Writers.Model).SetTag("gen_ai.usage.input_tokens", promptTokens);
        ChannelReader<Piece> pieces = writers.Write(wish.Prompts, wish.Settings, context.RequestAborted) ?? throw Full();
        var answer = new CompletionAnswer(wish.Prompts.Length, promptTokens);
        if (wish.Streams) await StreamAsync(context, pieces, answer, wish.TellsUsage);
        else
        {
            await foreach (Piece piece in pieces.ReadAllAsync(context.RequestAborted)) answer.Take(piece);
            await Answer.JsonAsync(context, answer.WriteWhole);
        }
        telemetry.Answered(began);
    }

    private static async Task StreamAsync(HttpContext context, ChannelReader<Piece> pieces, CompletionAnswer answer, bool tellsUsage)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        try
        {
            await foreach (Piece piece in pieces.ReadAllAsync(context.RequestAborted))
            {
                answer.Take(piece);
                await EventAsync(context, json => answer.WritePiece(json, piece));
            }
            if (tellsUsage) await EventAsync(context, answer.WriteUsage);
        }
        catch (Exception e) when (e is not OperationCanceledException && context.Response.HasStarted)
        {
            await EventAsync(context, json => Errors.Write(json, new ApiException(StatusCodes.Status500InternalServerError, "The service failed to go on.", "server_error")));
            throw;
        }
        context.Response.BodyWriter.Write("data: [DONE]\n\n"u8);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static async Task EventAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.BodyWriter.Write("data: "u8);
        await using (var json = new Utf8JsonWriter(context.Response.BodyWriter, Answer.Options)) write(json);
        context.Response.BodyWriter.Write("\n\n"u8);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private Wish Read(RequestBody body)
    {
        string model = body.Text("model") ?? throw ApiException.Invalid("model: expected a model's name, found none.", "model");
        if (model != Writers.Model) throw ApiException.NoModel(model);
        foreach ((string name, Func<JsonElement, bool> isNeutral) in s_unknown)
        {
            if (body.Member(name) is JsonElement member && !isNeutral(member)) throw ApiException.Invalid($"{name}: this service does not know it; leave it out.", name, "unsupported_parameter");
        }
        string[] prompts = Prompts(body.Member("prompt"));
        double? temperature = body.Number("temperature", 0, 2), topP = body.Number("top_p", 0, 1);
        if (topP == 0) throw ApiException.Invalid("top_p: expected above 0 and at most 1, found 0.", "top_p");
        int most = body.Whole("max_tokens", 1, int.MaxValue) ?? OtherwiseTokens;
        ulong seed = body.Whole("seed", int.MinValue, int.MaxValue) is int said ? (ulong)said : (ulong)Random.Shared.NextInt64();
        var settings = new GenerationSettings { Sample = temperature == 0 ? false : null, Temperature = temperature is > 0 ? temperature : null, TopP = temperature == 0 ? null : topP, MaximumLength = most };
        bool tells = body.Member("stream_options") is { ValueKind: JsonValueKind.Object } options && options.TryGetProperty("include_usage", out JsonElement usage) && usage.ValueKind == JsonValueKind.True;
        return new(prompts, i => settings with { Seed = seed + (ulong)i }, body.Flag("stream") ?? false, tells);
    }

    private string[] Prompts(JsonElement? prompt)
    {
        JsonElement[] items = prompt switch
        {
            null => [],
            { ValueKind: JsonValueKind.String } one => [one],
            { ValueKind: JsonValueKind.Array } several when several.GetArrayLength() > 0 => [.. several.EnumerateArray()],
            JsonElement other => throw RequestBody.Unexpected("prompt", "a text or an array of texts", other),
        };
        string[] prompts = items.Length == 0 ? [""] : new string[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            if (items[i].ValueKind != JsonValueKind.String) throw RequestBody.Unexpected("prompt", "a text or an array of texts, no token ids", items[i]);
            prompts[i] = RequestBody.Text(items[i], "prompt");
            if (Tokens(prompts[i]) is var tokens && tokens >= writers.MaxLength)
                throw ApiException.Invalid($"prompt: found {tokens} tokens; expected at most {writers.MaxLength - 1}, so that there is room for one more.", "prompt", "context_length_exceeded");
        }
        return prompts;
    }

    /// <summary>The tokens of a prompt; an empty one has the token that begins a text.</summary>
    private int Tokens(string prompt) => Math.Max(1, writers.Tokenizer.CountTokens(prompt, s_plain));

    private ApiException Full()
    {
        telemetry.Rejected();
        return ApiException.Full($"{writers.Open} texts are written or wait", 1);
    }

    private static Func<JsonElement, bool> Is(double neutral) => value => value.ValueKind == JsonValueKind.Number && value.GetDouble() == neutral;

    /// <summary>What a request asks for.</summary>
    private sealed record Wish(string[] Prompts, Func<int, GenerationSettings> Settings, bool Streams, bool TellsUsage);
}
