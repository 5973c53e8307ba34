using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using Orleans.Configuration;
using StackExchange.Redis;

namespace EmbeddingCluster;

/// <summary>Where membership and state are.</summary>
/// <param name="Cluster">The cluster's name: silos of one name find each other.</param>
/// <param name="Redis">A Redis server, as StackExchange.Redis has it.</param>
/// <param name="Postgres">A PostgreSQL database with Orleans's tables, as Npgsql has it. Where neither is given both are in the memory of the one silo.</param>
internal sealed record StoreSettings(string Cluster, string? Redis, string? Postgres)
{
    /// <summary>The ADO.NET provider's name for Npgsql.</summary>
    public const string PostgresInvariant = "Npgsql";

    public bool IsInMemory => Redis is null && Postgres is null;
}

/// <summary>A silo's own settings.</summary>
/// <param name="Name">Its name in statistics and logs.</param>
/// <param name="Address">Where other silos reach it; the machine's first address unless given.</param>
/// <param name="Port">Where silos connect.</param>
/// <param name="Gateway">Where clients connect.</param>
/// <param name="Workers">Pieces at once.</param>
/// <param name="Lease">How long it may have a piece.</param>
internal sealed record SiloSettings(string Name, IPAddress? Address, int Port, int Gateway, int Workers, TimeSpan Lease);

/// <summary>Silos and clients of the cluster.</summary>
internal static class ClusterHost
{
    /// <summary>A silo that takes part in every job.</summary>
    public static IHost Silo(StoreSettings store, SiloSettings silo, string modelFolder, LogLevel logging)
    {
        HostApplicationBuilder builder = Builder(logging);
        builder.UseOrleans(orleans =>
        {
            orleans.Configure<SiloOptions>(options => options.SiloName = silo.Name);
            if (store.IsInMemory)
            {
                orleans.UseLocalhostClustering(silo.Port, silo.Gateway, serviceId: store.Cluster, clusterId: store.Cluster).AddMemoryGrainStorageAsDefault();
            }
            else
            {
                orleans.Configure<ClusterOptions>(options => Named(options, store.Cluster));
                if (silo.Address is IPAddress address) orleans.ConfigureEndpoints(address, silo.Port, silo.Gateway, listenOnAnyHostAddress: !IPAddress.IsLoopback(address));
                else orleans.ConfigureEndpoints(silo.Port, silo.Gateway, listenOnAnyHostAddress: true);
            }
            if (store.Redis is string redis)
            {
                orleans.UseRedisClustering(options => options.ConfigurationOptions = ConfigurationOptions.Parse(redis));
                orleans.AddRedisGrainStorageAsDefault(options => options.ConfigurationOptions = ConfigurationOptions.Parse(redis));
            }
            else if (store.Postgres is string postgres)
            {
                orleans.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (StoreSettings.PostgresInvariant, postgres));
                orleans.AddAdoNetGrainStorageAsDefault(options => (options.Invariant, options.ConnectionString) = (StoreSettings.PostgresInvariant, postgres));
            }
            orleans.Services.AddSingleton(_ => new Embedders(modelFolder));
            AddEmbedding(orleans, silo.Workers, silo.Lease);
        });
        if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 })
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter("Microsoft.Orleans", Meters.Name).AddOtlpExporter());
        return builder.Build();
    }

    /// <summary>What takes pieces and embeds them; the silo has its <see cref="Embedders"/>.</summary>
    public static void AddEmbedding(ISiloBuilder orleans, int workers, TimeSpan lease)
    {
        orleans.Configure<LeaseOptions>(options => options.Duration = lease);
        orleans.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = lease); // a piece is waited for as long as it is leased
        orleans.Services.AddMetrics();
        orleans.Services.AddSingleton<Meters>();
        orleans.Services.AddSingleton(new SiloLoad(workers));
        orleans.Services.AddSingleton(Self);
        orleans.Services.AddHostedService<Dispatcher>();
    }

    private static Member Self(IServiceProvider services)
    {
        ILocalSiloDetails silo = services.GetRequiredService<ILocalSiloDetails>();
        return new(silo.Name, silo.SiloAddress, services.GetRequiredService<Embedders>().InstructionSet);
    }

    /// <summary>A client of the cluster.</summary>
    public static IHost Client(StoreSettings store, int gateway, LogLevel logging)
    {
        HostApplicationBuilder builder = Builder(logging);
        builder.UseOrleansClient(orleans =>
        {
            if (store.IsInMemory) orleans.UseLocalhostClustering(gateway, store.Cluster, store.Cluster);
            else orleans.Configure<ClusterOptions>(options => Named(options, store.Cluster));
            if (store.Redis is string redis) orleans.UseRedisClustering(options => options.ConfigurationOptions = ConfigurationOptions.Parse(redis));
            else if (store.Postgres is string postgres) orleans.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (StoreSettings.PostgresInvariant, postgres));
        });
        return builder.Build();
    }

    private static void Named(ClusterOptions options, string name) => (options.ClusterId, options.ServiceId) = (name, name);

    private static HostApplicationBuilder Builder(LogLevel logging)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(logging);
        // Orleans warns of each silo that goes; what counts is told by the dispatchers.
        if (logging == LogLevel.Warning) builder.Logging.AddFilter("Orleans", LogLevel.Error).AddFilter("Microsoft", LogLevel.Error);
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        return builder;
    }
}
