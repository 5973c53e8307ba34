using Attention.Text.Tests;
using EmbeddingCluster;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.TestingHost;

namespace Attention.Cluster.Tests;

/// <summary>A cluster whose membership and state are outside of its silos, so that each of them may die, the first one too.</summary>
internal sealed class Silos : IAsyncDisposable
{
    private Silos(InProcessTestCluster cluster) => Cluster = cluster;

    public InProcessTestCluster Cluster { get; }

    public IGrainFactory Grains => Cluster.Client;

    /// <summary>Starts a cluster.</summary>
    /// <param name="embedders">The model.</param>
    /// <param name="store">Its state.</param>
    /// <param name="count">How many silos.</param>
    /// <param name="workers">Pieces at once on each; with 0 nobody takes any.</param>
    /// <param name="lease">How long a piece is leased, and how long its call is waited for.</param>
    /// <param name="time">What leases are timed by.</param>
    /// <param name="generations">How often a piece is handed out before it is given up.</param>
    /// <param name="around">Is told of each call of the sample's grains where it arrives, and makes it by Invoke.</param>
    public static async Task<Silos> StartAsync(
        Embedders embedders, OutsideStore store, short count = 3, int workers = 1, TimeSpan? lease = null, TimeProvider? time = null, int generations = 5, Func<IIncomingGrainCallContext, string, Task>? around = null)
    {
        var builder = new InProcessTestClusterBuilder(count);
        builder.Options.ConfigureFileLogging = false;
        builder.Options.ServiceId = "tests"; // the state of one cluster is another's
        builder.ConfigureSilo((options, silo) =>
        {
            silo.Configure<ClusterMembershipOptions>(membership =>
            {
                membership.ProbeTimeout = TimeSpan.FromSeconds(1);
                membership.NumMissedProbesLimit = 2;
                membership.NumVotesForDeathDeclaration = 1;
                membership.TableRefreshTimeout = TimeSpan.FromSeconds(2);
            });
            silo.Services.AddGrainStorage(Orleans.Providers.ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (services, _) => store.Of(services));
            silo.Services.AddSingleton(embedders);
            ClusterHost.AddEmbedding(silo, workers, lease ?? TimeSpan.FromMinutes(5));
            silo.Configure<LeaseOptions>(leases => (leases.Time, leases.MostGenerations) = (time ?? TimeProvider.System, generations));
            if (around is not null) silo.AddIncomingGrainCallFilter(context => context.Grain is JobGrain or EmbedderGrain ? around(context, options.SiloName) : context.Invoke());
        });
        InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return new(cluster);
    }

    public IJobGrain Job(string name = "job") => Grains.GetGrain<IJobGrain>(name);

    /// <summary>The job's state when it is finished, asked for as long as that takes; a silo may be away meanwhile.</summary>
    public async Task<JobStatus> FinishedAsync(string name = "job")
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        while (true)
        {
            try
            {
                if (await Job(name).Status() is { Finished: not null } status) return status;
            }
            catch (Exception e) when (e is OrleansException or TimeoutException or IOException && !patience.IsCancellationRequested)
            {
                // asked again
            }
            await Task.Delay(50, patience.Token);
        }
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}

/// <summary>A corpus in a folder of its own, and what an embedder alone makes of it.</summary>
internal sealed class Work : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Writes lines as they are.</summary>
    public Work(IEnumerable<string> lines, int pieceBytes, bool truncate = true)
    {
        string corpus = _folder.File("corpus.jsonl"), output = _folder.File("output");
        Directory.CreateDirectory(output);
        File.WriteAllLines(corpus, lines);
        Request = new(corpus, new FileInfo(corpus).Length, pieceBytes, output, truncate);
    }

    public JobRequest Request { get; }

    /// <summary>The vectors, offsets and failures of all pieces, which must be there.</summary>
    public Shard Written()
    {
        Shard[] shards = [.. Enumerable.Range(0, Request.Pieces).Select(piece => Shard.Read(Shard.PathOf(Request.Output, piece)))];
        return new([.. shards.SelectMany(shard => shard.Offsets)], [.. shards.SelectMany(shard => shard.Vectors)], shards.Max(shard => shard.Dimensions), [.. shards.SelectMany(shard => shard.Failures)]);
    }

    public void Dispose() => _folder.Dispose();
}
