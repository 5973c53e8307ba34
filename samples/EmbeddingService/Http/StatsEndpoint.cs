using System.Diagnostics;
using System.Text.Json;
using EmbeddingService.Batching;
using EmbeddingService.Completions;
using EmbeddingService.Options;
using EmbeddingService.Watching;
using Microsoft.Extensions.Options;

namespace EmbeddingService.Http;

/// <summary>GET /stats, which the page polls.</summary>
internal sealed class StatsEndpoint(Batcher batcher, Telemetry telemetry, IOptions<EmbeddingOptions> options, IServiceProvider services)
{
    private const int Window = 60, Recent = 10;

    private readonly Writers? _writers = services.GetService<Writers>();

    public Task HandleAsync(HttpContext context)
    {
        Statistics statistics = telemetry.Statistics;
        Second[] window = statistics.Last(Window), recent = [.. window.TakeLast(Recent)];
        double[]? quantiles = statistics.Quantiles(Recent, 0.5, 0.99);
        double seconds = Math.Max(1, recent.Length), room = recent.Sum(second => second.Room);
        return Answer.JsonAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("model", options.Value.Model);
            json.WriteNumber("dimensions", batcher.Model.Dimensions);
            json.WriteNumber("maxTokens", batcher.Model.MaxLength);
            json.WriteNumber("uptimeSeconds", statistics.Now);
            json.WriteNumber("memoryBytes", Environment.WorkingSet);
            json.WriteNumber("sessions", batcher.Workers.Count);
            json.WriteNumber("busy", batcher.Workers.Count(worker => worker.Busy > TimeSpan.Zero));
            json.WriteNumber("tokensInFlight", batcher.Queue.TokensInFlight);
            json.WriteNumber("tokensWaiting", batcher.Queue.TokensWaiting);
            json.WriteNumber("mostTokens", batcher.Queue.MostTokens);
            json.WriteNumber("requestsPerSecond", Math.Round(recent.Sum(second => second.Requests) / seconds, 1));
            json.WriteNumber("tokensPerSecond", Math.Round(recent.Sum(second => second.Tokens) / seconds, 1));
            json.WriteNumber("rejectedPerSecond", Math.Round(recent.Sum(second => second.Rejected) / seconds, 1));
            json.WriteNumber("batchFill", room == 0 ? 0 : Math.Round(recent.Sum(second => second.Tokens) / room, 3));
            if (quantiles is [double p50, double p99])
            {
                json.WriteNumber("p50Milliseconds", p50);
                json.WriteNumber("p99Milliseconds", p99);
            }
            if (_writers is not null)
            {
                json.WriteString("completionModel", Writers.Model);
                json.WriteNumber("completions", _writers.Open);
                json.WriteNumber("stepping", _writers.Stepping);
            }
            json.WriteStartArray("seconds");
            foreach (Second second in window)
            {
                json.WriteStartObject();
                json.WriteNumber("requests", second.Requests);
                json.WriteNumber("rejected", second.Rejected);
                json.WriteNumber("tokens", second.Tokens);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
