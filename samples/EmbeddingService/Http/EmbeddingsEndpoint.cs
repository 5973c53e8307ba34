using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using EmbeddingService.Batching;
using EmbeddingService.Options;
using EmbeddingService.Watching;
using Microsoft.Extensions.Options;

namespace EmbeddingService.Http;

/// <summary>POST /v1/embeddings.</summary>
internal sealed class EmbeddingsEndpoint(Batcher batcher, IOptions<EmbeddingOptions> options, Telemetry telemetry)
{
    private readonly EmbeddingOptions _options = options.Value;
    private readonly EmbeddingInput _input = new(batcher.Model, options.Value);

    public async Task HandleAsync(HttpContext context)
    {
        long began = Stopwatch.GetTimestamp();
        if (batcher.Queue.IsFull) throw Full(); // before anything is read
        int[][] texts;
        int dimensions = batcher.Model.Dimensions;
        bool isBase64;
        using (RequestBody body = await RequestBody.ReadAsync(context))
        {
            string model = body.Text("model") ?? throw ApiException.Invalid("model: expected a model's name, found none.", "model");
            if (model != _options.Model && !_options.Aliases.Contains(model)) throw ApiException.NoModel(model);
            isBase64 = body.Text("encoding_format") switch
            {
                null or "float" => false,
                "base64" => true,
                string other => throw ApiException.Invalid($"encoding_format: expected float or base64, found '{other}'.", "encoding_format"),
            };
            if (body.Whole("dimensions", 1, int.MaxValue) is int size && size != dimensions)
            {
                if (!_options.Dimensions.Contains(size) || size > dimensions) throw ApiException.Invalid(NoSize(size), "dimensions", "unsupported_dimensions");
                dimensions = size;
            }
            texts = _input.Read(body.Member("input") ?? throw ApiException.Invalid("input: expected a text, found none.", "input"));
        }

        int tokens = texts.Sum(text => text.Length);
        using Activity? activity = telemetry.Source.StartActivity("embeddings");
        activity?.SetTag("gen_ai.operation.name", "embeddings").SetTag("gen_ai.request.model", _options.Model).SetTag("gen_ai.usage.input_tokens", tokens).SetTag("embedding.texts", texts.Length);
        Task<float[]> running = batcher.Embed(texts, context.RequestAborted) ?? throw Full();
        float[] vectors = await running;
        await Answer.JsonAsync(context, json => Write(json, vectors, texts.Length, dimensions, isBase64, tokens));
        telemetry.Answered(began);
    }

    private void Write(Utf8JsonWriter json, float[] vectors, int texts, int dimensions, bool isBase64, int tokens)
    {
        int width = vectors.Length / texts;
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        for (int i = 0; i < texts; i++)
        {
            Span<float> vector = vectors.AsSpan(i * width, dimensions);
            if (dimensions < width) Normalize(vector);
            json.WriteStartObject();
            json.WriteString("object", "embedding");
            json.WriteNumber("index", i);
            if (isBase64) WriteBase64(json, vector);
            else
            {
                json.WriteStartArray("embedding");
                foreach (float value in vector) json.WriteNumberValue(value);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("model", _options.Model);
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", tokens);
        json.WriteNumber("total_tokens", tokens);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Floats in their little-endian bytes.</summary>
    private static void WriteBase64(Utf8JsonWriter json, Span<float> vector)
    {
        if (!BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<float, int>(vector), MemoryMarshal.Cast<float, int>(vector));
        json.WriteBase64String("embedding", MemoryMarshal.AsBytes(vector));
    }

    /// <summary>To length 1: what is left of a cut vector is shorter.</summary>
    private static void Normalize(Span<float> vector)
    {
        double square = 0;
        foreach (float value in vector) square += (double)value * value;
        if (square == 0) return;
        float scale = (float)(1 / Math.Sqrt(square));
        foreach (ref float value in vector) value *= scale;
    }

    private string NoSize(int size) => $"dimensions: expected {string.Join(" or ", _options.Dimensions.Where(one => one < batcher.Model.Dimensions).Append(batcher.Model.Dimensions).Distinct())}, found {size}"
        + (_options.Dimensions.Length > 0 ? "." : ": the model was not trained to be cut, so that what is left of its vectors would mean less.");

    private ApiException Full()
    {
        telemetry.Rejected();
        EmbeddingQueue queue = batcher.Queue;
        double rate = telemetry.Statistics.TokensPerSecond;
        int seconds = rate > 0 ? (int)Math.Clamp(Math.Ceiling(queue.TokensInFlight / rate), 1, 60) : 1;
        return ApiException.Full(string.Create(CultureInfo.InvariantCulture, $"{queue.TokensInFlight} tokens are in flight, of {queue.MostTokens}"), seconds);
    }
}
