using System.Diagnostics;
using Attention.Dsl;
using Attention.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace EmbeddingCluster;

/// <inheritdoc cref="IEmbedderGrain"/>
[StatelessWorker]
internal sealed partial class EmbedderGrain(Embedders embedders, Member member, Meters meters, IHostApplicationLifetime life, ILogger<EmbedderGrain> logger) : Grain, IEmbedderGrain
{
    private const int AtOnce = 256;
    private const int MostTries = 60;

    private TextEmbedder? _cutting, _refusing;

    public async Task Embed(Piece piece)
    {
        IJobGrain job = GrainFactory.GetGrain<IJobGrain>(piece.Job);
        PieceResult result;
        long start = Stopwatch.GetTimestamp();
        try
        {
            // A thread of its own: the pool's, which the silo answers with, stay free.
            result = await Task.Factory.StartNew(() => Run(piece), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or WeightsException)
        {
            await job.Fail(piece.Number, piece.Generation, $"{member.Name}: {e.Message}");
            throw;
        }
        meters.Count(piece.Job, result, Stopwatch.GetElapsedTime(start));

        // The vectors are written. Only the job's silo may be away for a while.
        for (int tries = 1; ; tries++)
        {
            try
            {
                await job.Complete(piece.Number, member, result);
                return;
            }
            catch (Exception e) when (tries < MostTries && e is not ArgumentException)
            {
                LogWait(piece.Job, piece.Number, e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), life.ApplicationStopping);
            }
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _cutting?.Dispose();
        _refusing?.Dispose();
        return Task.CompletedTask;
    }

    private PieceResult Run(Piece piece)
    {
        TextEmbedder embedder = piece.Request.Truncate ? _cutting ??= embedders.Create(true) : _refusing ??= embedders.Create(false);
        List<CorpusLine> lines = Corpus.Read(piece.Request, piece.Number);
        List<Failure> failures = [.. lines.Where(line => line.Problem is not null).Select(line => new Failure(line.Offset, line.Problem!))];
        var offsets = new List<long>();
        var vectors = new List<float>();
        long tokens = 0;
        int truncated = 0;
        foreach (CorpusLine[] some in lines.Where(line => line.Problem is null).Chunk(AtOnce))
        {
            try
            {
                Add(some);
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                foreach (CorpusLine line in some) AddAlone(line);
            }
        }
        failures.Sort((one, other) => one.Offset.CompareTo(other.Offset));
        new Shard([.. offsets], [.. vectors], embedder.Dimensions, failures).Write(Shard.PathOf(piece.Request.Output, piece.Number));
        return new(offsets.Count, tokens, truncated, failures.Count, [.. failures.Take(PieceResult.MostFailures)]);

        void Add(CorpusLine[] some)
        {
            Embeddings found = embedder.Embed([.. some.Select(line => line.Text)], TextKind.Passage);
            vectors.AddRange(found.Values);
            for (int i = 0; i < some.Length; i++)
            {
                offsets.Add(some[i].Offset);
                tokens += found.TokensOf(i);
                if (found.IsTruncated(i)) truncated++;
            }
        }

        // One text that cannot be embedded keeps none of its neighbours from it.
        void AddAlone(CorpusLine line)
        {
            try
            {
                Add([line]);
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                failures.Add(new(line.Offset, e.Message));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job} cannot be told that piece {Piece} is done, and is asked again: {Message}")]
    private partial void LogWait(string job, int piece, string message);
}
