using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmbeddingCluster;

/// <summary>How much a silo does at once.</summary>
/// <param name="Workers">Pieces, each on a core.</param>
internal sealed record SiloLoad(int Workers);

/// <summary>
/// Takes pieces for its silo and has them embedded there: a stateless worker runs where it is called, so that there is one dispatcher on each silo. Nothing is lost where it ends or
/// a call of its fails: leases end by themselves.
/// </summary>
internal sealed partial class Dispatcher(IGrainFactory grains, Member member, SiloLoad load, ILogger<Dispatcher> logger) : BackgroundService
{
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(0.5), s_longestPause = TimeSpan.FromMinutes(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(Enumerable.Range(0, load.Workers).Select(_ => Work(stoppingToken)));

    private async Task Work(CancellationToken stopping)
    {
        string? job = null;
        TimeSpan pause = s_idle;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Piece? piece = job is null ? null : await grains.GetGrain<IJobGrain>(job).Take(member);
                if (piece is null) (job, piece) = await Find(job);
                if (piece is null)
                {
                    await Task.Delay(s_idle, stopping);
                    continue;
                }
                await grains.GetGrain<IEmbedderGrain>(0).Embed(piece);
                pause = s_idle;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                LogPause(member.Name, pause.TotalSeconds, e.Message);
                try
                {
                    await Task.Delay(pause, stopping);
                }
                catch (OperationCanceledException)
                {
                    break;
                }
                pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, s_longestPause.Ticks));
            }
        }
    }

    /// <summary>The first job that has a piece.</summary>
    private async Task<(string? Job, Piece? Piece)> Find(string? asked)
    {
        foreach (string job in await grains.GetGrain<IJobsGrain>(0).Open())
        {
            if (job != asked && await grains.GetGrain<IJobGrain>(job).Take(member) is Piece piece) return (job, piece);
        }
        return default;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silo {Silo} goes on in {Seconds} s: {Message}")]
    private partial void LogPause(string silo, double seconds, string message);
}
