using System.Diagnostics;

namespace EmbeddingService.Batching;

/// <summary>Texts of one call on their way through the queue, whose lock guards what changes.</summary>
internal sealed class EmbeddingRequest
{
    private readonly TaskCompletionSource<float[]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly float[] _vectors;
    private readonly int _dimensions;
    private int _open;

    /// <summary>A request of texts.</summary>
    /// <param name="texts">The tokens of each, at least one text.</param>
    /// <param name="dimensions">Floats of a vector.</param>
    public EmbeddingRequest(int[][] texts, int dimensions)
    {
        (Texts, _dimensions, _open) = (texts, dimensions, texts.Length);
        Tokens = texts.Sum(text => text.Length);
        _vectors = new float[texts.Length * dimensions];
        Node = new(this);
    }

    public int[][] Texts { get; }

    public int Tokens { get; }

    /// <summary>The first text that no batch has taken.</summary>
    public int Next { get; set; }

    /// <summary>Its place in the queue.</summary>
    public LinkedListNode<EmbeddingRequest> Node { get; }

    /// <summary>When it came.</summary>
    public long Began { get; } = Stopwatch.GetTimestamp();

    /// <summary>What its batches are linked to in traces.</summary>
    public ActivityContext Trace { get; } = Activity.Current?.Context ?? default;

    /// <summary>The vectors of all texts, once they are computed.</summary>
    public Task<float[]> Vectors => _done.Task;

    /// <summary>Whether nobody waits for vectors any more.</summary>
    public bool IsOver => _done.Task.IsCompleted;

    /// <summary>Takes the vector of a text; the last one completes the request.</summary>
    public void Set(int text, ReadOnlySpan<float> vector)
    {
        vector.CopyTo(_vectors.AsSpan(text * _dimensions));
        if (Interlocked.Decrement(ref _open) == 0) _done.TrySetResult(_vectors);
    }

    public void Fail(Exception e) => _done.TrySetException(e);

    public void Cancel(CancellationToken cancellation) => _done.TrySetCanceled(cancellation);
}

/// <summary>A text that a batch has taken.</summary>
internal readonly record struct QueuedText(EmbeddingRequest Request, int Text)
{
    public ReadOnlySpan<int> Tokens => Request.Texts[Text];
}
