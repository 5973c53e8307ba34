using System.Text.Json;
using Attention.Dsl;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SemanticSearch;

namespace EmbeddingCluster;

/// <summary>What the program does without a verb.</summary>
internal sealed record RunSettings(string? Corpus, string Output, string? Model, int Workers, int? PieceBytes, bool RefuseLong, int Port, int Gateway);

/// <summary>The program behind its command line.</summary>
internal static class Commands
{
    private const string JobFile = "job.json";

    /// <summary>Whether an error is one that a user can mend, and is told in a line.</summary>
    public static bool IsTold(Exception e) =>
        e is InvalidOperationException or IOException or UnauthorizedAccessException or InvalidDataException or WeightsException or ArgumentException or TimeoutException or Orleans.Runtime.OrleansException or Orleans.Serialization.SerializerException
            or StackExchange.Redis.RedisException or System.Data.Common.DbException or System.Net.Sockets.SocketException;

    /// <summary>One silo in memory, one job, one file.</summary>
    public static async Task<int> RunAsync(LogLevel logging, RunSettings settings, CancellationToken cancellation)
    {
        string pieces = settings.Output + ".pieces";
        if (Path.Exists(pieces)) throw new InvalidOperationException($"{pieces} is there, where this run would put its pieces; give another --output, or remove what an earlier run has left.");
        Directory.CreateDirectory(pieces);
        try
        {
            string corpus = settings.Corpus ?? Pages.Write(Path.Combine(pieces, "corpus.jsonl"));
            int pieceBytes = settings.PieceBytes ?? (int)Math.Clamp(new FileInfo(corpus).Length / 64, 1 << 14, 1 << 18);
            string folder = await Weights.FindAsync(settings.Model, cancellation);
            using IHost host = ClusterHost.Silo(new("local", null, null), new("local", null, settings.Port, settings.Gateway, settings.Workers, TimeSpan.FromMinutes(30)), folder, logging);
            await host.StartAsync(cancellation);
            JobRequest request = new(corpus, new FileInfo(corpus).Length, pieceBytes, pieces, !settings.RefuseLong);
            IJobGrain job = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IJobGrain>("local");
            await job.Submit(request);
            JobStatus status = await Screen.Follow(job, cancellation);
            await host.StopAsync(cancellation);
            if (status.GivenUp.Length > 0) return 1;
            Console.Out.WriteLine($"{Shard.Merge(pieces, request.Pieces, settings.Output)} vectors in {settings.Output}");
            return 0;
        }
        finally
        {
            Directory.Delete(pieces, recursive: true);
        }
    }

    /// <summary>A silo until it is stopped.</summary>
    public static async Task<int> SiloAsync(StoreSettings store, SiloSettings silo, string? model, LogLevel logging, CancellationToken cancellation)
    {
        string folder = await Weights.FindAsync(model, cancellation);
        using IHost host = ClusterHost.Silo(store, silo, folder, logging);
        await host.StartAsync(cancellation);
        Member member = host.Services.GetRequiredService<Member>();
        Console.Out.WriteLine($"silo {member.Name} at {member.Address.Endpoint}, {silo.Workers} worker{(silo.Workers == 1 ? "" : "s")}, {member.InstructionSet}");
        await host.WaitForShutdownAsync(cancellation);
        return 0;
    }

    /// <summary>A job to the cluster.</summary>
    public static async Task<int> SubmitAsync(
        StoreSettings store, int gateway, string name, FileInfo corpus, DirectoryInfo output, int pieceBytes, bool truncate, bool detach, LogLevel logging, CancellationToken cancellation)
    {
        JobRequest request = new(corpus.FullName, corpus.Length, pieceBytes, output.FullName, truncate);
        string file = Path.Combine(output.FullName, JobFile), text = JsonSerializer.Serialize(request, Screen.Json);
        if (File.Exists(file) && await File.ReadAllTextAsync(file, cancellation) is string other && other != text)
            throw new InvalidOperationException($"{file} is of another job, found {other}; give another folder.");
        using IHost client = await Connected(store, gateway, logging, cancellation);
        IJobGrain job = client.Services.GetRequiredService<IGrainFactory>().GetGrain<IJobGrain>(name);
        output.Create();
        await File.WriteAllTextAsync(file, text, cancellation);
        await Screen.Insist(() => Submitted(job, request), cancellation);
        JobStatus status = detach ? await Screen.Insist(job.Status, cancellation) : await Screen.Follow(job, cancellation);
        if (detach) Screen.Show(status);
        return status.GivenUp.Length > 0 ? 1 : 0;
    }

    /// <summary>How far a job is.</summary>
    public static async Task<int> StatusAsync(StoreSettings store, int gateway, string name, bool json, LogLevel logging, CancellationToken cancellation)
    {
        using IHost client = await Connected(store, gateway, logging, cancellation);
        JobStatus status = await Screen.Insist(client.Services.GetRequiredService<IGrainFactory>().GetGrain<IJobGrain>(name).Status, cancellation);
        if (status.Request is null) throw new InvalidOperationException($"There is no job '{name}' in cluster '{store.Cluster}'.");
        if (json) Console.Out.WriteLine(JsonSerializer.Serialize(status, Screen.Json));
        else Screen.Show(status);
        return 0;
    }

    /// <summary>A job's vectors in one file.</summary>
    public static async Task<int> MergeAsync(DirectoryInfo output, FileInfo file)
    {
        string told = Path.Combine(output.FullName, JobFile);
        if (!File.Exists(told)) throw new InvalidOperationException($"{output.FullName}: expected a job's output with {JobFile}.");
        JobRequest request = JsonSerializer.Deserialize<JobRequest>(await File.ReadAllTextAsync(told), Screen.Json) ?? throw new InvalidDataException($"{told}: expected a job, found null.");
        Console.Out.WriteLine($"{Shard.Merge(output.FullName, request.Pieces, file.FullName)} vectors in {file.FullName}");
        return 0;
    }

    private static async Task<bool> Submitted(IJobGrain job, JobRequest request)
    {
        await job.Submit(request);
        return true;
    }

    private static async Task<IHost> Connected(StoreSettings store, int gateway, LogLevel logging, CancellationToken cancellation)
    {
        IHost client = ClusterHost.Client(store, gateway, logging);
        try
        {
            await client.StartAsync(cancellation);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
