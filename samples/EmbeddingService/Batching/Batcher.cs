using EmbeddingService.Models;
using EmbeddingService.Options;
using EmbeddingService.Watching;
using Microsoft.Extensions.Options;

namespace EmbeddingService.Batching;

/// <summary>The queue of embeddings and its workers, one for each session, from the start of the program to its end.</summary>
internal sealed class Batcher : IHostedService
{
    private readonly BatchWorker[] _workers;

    public Batcher(IEmbeddingModel model, IOptions<EmbeddingOptions> options, Telemetry telemetry, ILogger<Batcher> logger)
    {
        EmbeddingOptions said = options.Value;
        Model = model;
        Queue = new(said.TokensInFlight, said.BatchTokens, TimeSpan.FromMilliseconds(said.BatchMilliseconds));
        _workers = [.. Enumerable.Range(0, said.Sessions).Select(number => new BatchWorker(number, Queue, model, telemetry, logger))];
        telemetry.Watch(Queue);
    }

    public IEmbeddingModel Model { get; }

    public EmbeddingQueue Queue { get; }

    public IReadOnlyList<BatchWorker> Workers => _workers;

    /// <summary>The vectors of texts, which are tokens; null where the queue is full.</summary>
    /// <exception cref="OperationCanceledException">It was asked for.</exception>
    public Task<float[]>? Embed(int[][] texts, CancellationToken cancellation)
    {
        var request = new EmbeddingRequest(texts, Model.Dimensions);
        return Queue.TryAdd(request, cancellation) ? request.Vectors : null;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (BatchWorker worker in _workers) worker.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            Queue.Close();
            foreach (BatchWorker worker in _workers) worker.Join();
        },
        cancellationToken);
}
