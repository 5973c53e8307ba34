using System.Globalization;
using EmbeddingService.Batching;
using EmbeddingService.Options;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace EmbeddingService.Watching;

/// <summary>Whether all workers live, and none has been at one batch for too long.</summary>
internal sealed class WorkersHealth(Batcher batcher, IOptions<ServiceOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        double limit = options.Value.StuckAfterSeconds;
        foreach ((int number, BatchWorker worker) in batcher.Workers.Index())
        {
            if (!worker.IsAlive) return Bad($"Worker {number} of {batcher.Workers.Count} has stopped.");
            if (worker.Busy.TotalSeconds > limit)
                return Bad(string.Create(CultureInfo.InvariantCulture, $"Worker {number} of {batcher.Workers.Count} has been at one batch for {worker.Busy.TotalSeconds:0.0} s; expected at most {limit}."));
        }
        return Task.FromResult(HealthCheckResult.Healthy());

        static Task<HealthCheckResult> Bad(string what) => Task.FromResult(HealthCheckResult.Unhealthy(what));
    }
}
