using System.Diagnostics;
using System.Diagnostics.Metrics;
using EmbeddingService.Batching;

namespace EmbeddingService.Watching;

/// <summary>What the service tells OpenTelemetry, and its own page, of itself. Names are documented in docs/embedding-service.md.</summary>
internal sealed class Telemetry : IDisposable
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "AttentionDsl.EmbeddingService";

    private readonly Meter _meter;
    private readonly Histogram<double> _queued, _computed;
    private readonly Histogram<int> _batchTokens, _batchTexts;
    private readonly Counter<long> _texts, _tokens, _rejected, _truncated, _written;

    public Telemetry(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _queued = Seconds("embedding.queue.duration", "How long texts waited for a batch.");
        _computed = Seconds("embedding.batch.duration", "How long batches were computed.");
        _batchTokens = _meter.CreateHistogram("embedding.batch.tokens", "{token}", "Tokens of batches.", advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096] });
        _batchTexts = _meter.CreateHistogram("embedding.batch.texts", "{text}", "Texts of batches.", advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] });
        _texts = _meter.CreateCounter<long>("embedding.texts", "{text}", "Texts that were embedded.");
        _tokens = _meter.CreateCounter<long>("embedding.tokens", "{token}", "Tokens that were computed.");
        _rejected = _meter.CreateCounter<long>("service.rejected", "{request}", "Requests that were refused since the service was full.");
        _truncated = _meter.CreateCounter<long>("embedding.truncated", "{text}", "Texts that were cut.");
        _written = _meter.CreateCounter<long>("completion.pieces", "{piece}", "Pieces of text that were written.");
    }

    public ActivitySource Source { get; } = new(Name);

    public Statistics Statistics { get; } = new();

    /// <summary>Tells of a queue as it is.</summary>
    public void Watch(EmbeddingQueue queue)
    {
        _meter.CreateObservableUpDownCounter("embedding.queue.tokens", () => queue.TokensWaiting, "{token}", "Tokens that wait for a batch.");
        _meter.CreateObservableUpDownCounter("embedding.inflight.tokens", () => queue.TokensInFlight, "{token}", "Tokens that wait or are computed.");
    }

    /// <summary>An activity of a batch, linked to the requests that it has texts of.</summary>
    public Activity? StartBatch(List<QueuedText> batch)
    {
        if (!Source.HasListeners()) return null;
        ActivityLink[] links = [.. batch.Select(text => text.Request.Trace).Where(trace => trace != default).Distinct().Select(trace => new ActivityLink(trace))];
        return Source.StartActivity("batch", ActivityKind.Internal, default(ActivityContext), [new("embedding.texts", batch.Count)], links);
    }

    public void BatchDone(List<QueuedText> batch, int tokens, int budget, long began)
    {
        foreach (QueuedText text in batch) _queued.Record(Stopwatch.GetElapsedTime(text.Request.Began, began).TotalSeconds);
        _computed.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
        _batchTokens.Record(tokens);
        _batchTexts.Record(batch.Count);
        _texts.Add(batch.Count);
        _tokens.Add(tokens);
        Statistics.Batch(batch.Count, tokens, budget);
    }

    /// <summary>A request was answered, since a timestamp.</summary>
    public void Answered(long began) => Statistics.Answered(Stopwatch.GetElapsedTime(began));

    public void Rejected()
    {
        _rejected.Add(1);
        Statistics.Rejected();
    }

    public void Truncated() => _truncated.Add(1);

    public void Wrote() => _written.Add(1);

    public void Dispose()
    {
        Source.Dispose();
        _meter.Dispose();
    }

    private Histogram<double> Seconds(string name, string description) =>
        _meter.CreateHistogram(name, "s", description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] });
}
