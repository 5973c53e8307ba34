using System.Diagnostics;
using EmbeddingService.Models;
using EmbeddingService.Watching;

namespace EmbeddingService.Batching;

/// <summary>A thread that takes batches from the queue, computes them and completes their requests, until the queue is closed. Nothing that a batch does ends it.</summary>
internal sealed partial class BatchWorker
{
    private readonly EmbeddingQueue _queue;
    private readonly IEmbeddingModel _model;
    private readonly Telemetry _telemetry;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly List<QueuedText> _batch = [];
    private int[] _tokens = [], _lengths = [];
    private float[] _vectors = [];
    private long _busySince;

    public BatchWorker(int number, EmbeddingQueue queue, IEmbeddingModel model, Telemetry telemetry, ILogger logger)
    {
        (_queue, _model, _telemetry, _logger) = (queue, model, telemetry, logger);
        _thread = new Thread(Run) { IsBackground = true, Name = $"batches {number}" };
    }

    public bool IsAlive => _thread.IsAlive;

    /// <summary>How long the batch at hand has been computed; zero where there is none.</summary>
    public TimeSpan Busy => Volatile.Read(ref _busySince) is not 0 and long since ? Stopwatch.GetElapsedTime(since) : TimeSpan.Zero;

    public void Start() => _thread.Start();

    public void Join() => _thread.Join();

    private void Run()
    {
        while (_queue.Take(_batch, out int tokens))
        {
            Volatile.Write(ref _busySince, Stopwatch.GetTimestamp());
            try
            {
                _batch.RemoveAll(text => text.Request.IsOver);
                if (_batch.Count > 0) Compute();
            }
            catch (Exception e) // such as of who listens to telemetry
            {
                LogFailed(e, _batch.Count);
                foreach (QueuedText text in _batch) text.Request.Fail(e);
            }
            finally
            {
                _batch.Clear();
                Volatile.Write(ref _busySince, 0);
                _queue.Done(tokens);
            }
        }
    }

    private void Compute()
    {
        using Activity? activity = _telemetry.StartBatch(_batch);
        long began = Stopwatch.GetTimestamp();
        int tokens = Pack();
        try
        {
            Embed(_batch.Count, tokens);
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            LogFailed(e, _batch.Count);
            EmbedSingly();
            return;
        }
        int dimensions = _model.Dimensions;
        _telemetry.BatchDone(_batch, tokens, _queue.BatchTokens, began);
        for (int i = 0; i < _batch.Count; i++) _batch[i].Request.Set(_batch[i].Text, _vectors.AsSpan(i * dimensions, dimensions));
    }

    /// <summary>Each text alone, so that one that fails takes no other with it.</summary>
    private void EmbedSingly()
    {
        int dimensions = _model.Dimensions;
        foreach (QueuedText text in _batch)
        {
            try
            {
                text.Tokens.CopyTo(_tokens);
                _lengths[0] = text.Tokens.Length;
                Embed(1, text.Tokens.Length);
                text.Request.Set(text.Text, _vectors.AsSpan(0, dimensions));
            }
            catch (Exception e)
            {
                text.Request.Fail(e);
            }
        }
    }

    private void Embed(int texts, int tokens) => _model.Embed(_tokens.AsSpan(0, tokens), _lengths.AsSpan(0, texts), _vectors.AsSpan(0, texts * _model.Dimensions));

    private int Pack()
    {
        int tokens = 0;
        foreach (QueuedText text in _batch) tokens += text.Tokens.Length;
        if (_tokens.Length < tokens) _tokens = new int[tokens];
        if (_lengths.Length < _batch.Count)
        {
            _lengths = new int[_batch.Count];
            _vectors = new float[_batch.Count * _model.Dimensions];
        }
        int at = 0;
        for (int i = 0; i < _batch.Count; i++)
        {
            _batch[i].Tokens.CopyTo(_tokens.AsSpan(at));
            at += _lengths[i] = _batch[i].Tokens.Length;
        }
        return tokens;
    }

    [LoggerMessage(LogLevel.Error, "A batch of {Texts} texts failed")]
    private partial void LogFailed(Exception e, int texts);
}
