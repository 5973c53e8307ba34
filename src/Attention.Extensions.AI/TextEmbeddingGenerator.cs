using System.Diagnostics;
using System.Diagnostics.Metrics;
using Attention.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Attention.Extensions.AI;

/// <summary>
/// A <see cref="TextEmbedder"/> behind the interface of Microsoft.Extensions.AI. Each call is an activity and counted, see <see cref="Telemetry"/>; texts that
/// are cut are logged as warnings. Any number of threads may call; as many compute as the embedder has sessions.
/// </summary>
public sealed partial class TextEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly TextEmbedder _embedder;
    private readonly TextKind _kind;
    private readonly ILogger _logger;
    private readonly EmbeddingGeneratorMetadata _metadata;

    /// <summary>Puts an embedder behind the interface. It stays its owner's, who disposes it.</summary>
    /// <param name="embedder">The embedder.</param>
    /// <param name="modelId">The model's name, for callers and for telemetry.</param>
    /// <param name="kind">Which prefix is put before texts.</param>
    /// <param name="logger">Is told of texts that were cut.</param>
    public TextEmbeddingGenerator(TextEmbedder embedder, string? modelId = null, TextKind kind = TextKind.Plain, ILogger<TextEmbeddingGenerator>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        (_embedder, _kind, _logger) = (embedder, kind, logger ?? NullLogger<TextEmbeddingGenerator>.Instance);
        _metadata = new("attention-dsl", defaultModelId: modelId, defaultModelDimensions: embedder.Dimensions);
    }

    /// <summary>The vectors of texts, in their order.</summary>
    /// <param name="values">The texts.</param>
    /// <param name="options">Dimensions and model, where they are the embedder's.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">A text cannot be embedded, or the options ask for another model or other dimensions.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.Dimensions is int dimensions && dimensions != _embedder.Dimensions)
            throw new ArgumentException($"{dimensions} dimensions are asked for; the model gives {_embedder.Dimensions}.", nameof(options));
        if (options?.ModelId is string id && _metadata.DefaultModelId is string own && id != own)
            throw new ArgumentException($"Model '{id}' is asked for; this is '{own}'.", nameof(options));
        string[] texts = [.. values];
        using Activity? activity = Telemetry.Source.StartActivity("embeddings", ActivityKind.Internal);
        activity?.SetTag("gen_ai.operation.name", "embeddings").SetTag("gen_ai.request.model", _metadata.DefaultModelId).SetTag("attention.texts", texts.Length);
        long start = Stopwatch.GetTimestamp();
        try
        {
            Embeddings embeddings = await _embedder.EmbedAsync(texts, _kind, null, cancellationToken).ConfigureAwait(false);
            return Result(embeddings, activity);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
        finally
        {
            Telemetry.Duration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, new KeyValuePair<string, object?>("gen_ai.request.model", _metadata.DefaultModelId));
        }
    }

    /// <summary>What callers may want besides: this generator, its metadata, or the embedder behind it.</summary>
    /// <param name="serviceType">The type wanted.</param>
    /// <param name="serviceKey">None is known.</param>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_embedder) ? _embedder
            : null;
    }

    /// <summary>Does nothing: the embedder is its owner's.</summary>
    public void Dispose()
    {
    }

    private GeneratedEmbeddings<Embedding<float>> Result(Embeddings embeddings, Activity? activity)
    {
        var result = new GeneratedEmbeddings<Embedding<float>>(embeddings.Count);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        long tokens = 0;
        for (int i = 0; i < embeddings.Count; i++)
        {
            tokens += embeddings.TokensOf(i);
            if (embeddings.IsTruncated(i)) LogTruncated(_logger, i, _embedder.MaxLength);
            result.Add(new Embedding<float>(embeddings.Values.AsMemory(i * embeddings.Dimensions, embeddings.Dimensions)) { CreatedAt = now, ModelId = _metadata.DefaultModelId });
        }
        result.Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens };
        activity?.SetTag("gen_ai.usage.input_tokens", tokens);
        var model = new KeyValuePair<string, object?>("gen_ai.request.model", _metadata.DefaultModelId);
        Telemetry.Texts.Add(embeddings.Count, model);
        Telemetry.Tokens.Add(tokens, model);
        return result;
    }

    [LoggerMessage(LogLevel.Warning, "Text {Index} has more than {MaxLength} tokens and was cut")]
    private static partial void LogTruncated(ILogger logger, int index, int maxLength);
}

/// <summary>The names under which calls are traced and counted.</summary>
public static class Telemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "AttentionDsl";

    private static readonly Meter s_meter = new(Name);

    internal static ActivitySource Source { get; } = new(Name);

    internal static Counter<long> Texts { get; } = s_meter.CreateCounter<long>("attention.texts", "{text}", "Texts that were embedded.");

    internal static Counter<long> Tokens { get; } = s_meter.CreateCounter<long>("attention.tokens", "{token}", "Tokens that were computed.");

    internal static Histogram<double> Duration { get; } = s_meter.CreateHistogram<double>("attention.duration", "s", "How long calls took, waiting included.");
}
