using System.Diagnostics;

namespace EmbeddingService.Batching;

/// <summary>
/// Requests whose texts wait for a batch. It is bounded by tokens in flight, which wait or are computed: as long as they are below the limit a request is taken, be it of
/// one text or of many, so that none is refused for its size. A request with more texts than a batch has room for stands behind the others again after each batch.
/// </summary>
/// <param name="mostTokens">Tokens in flight at which it is full.</param>
/// <param name="batchTokens">The tokens of a batch; a longer text is one alone.</param>
/// <param name="wait">How long a batch waits for more texts while another is computed.</param>
internal sealed class EmbeddingQueue(int mostTokens, int batchTokens, TimeSpan wait)
{
    private readonly object _gate = new(); // is waited at, which no Lock can be
    private readonly LinkedList<EmbeddingRequest> _requests = [];
    private long _inFlight, _waiting;
    private int _computing;
    private Exception? _closed;

    public int MostTokens => mostTokens;

    public int BatchTokens => batchTokens;

    /// <summary>Tokens that wait or are computed.</summary>
    public long TokensInFlight => Volatile.Read(ref _inFlight);

    /// <summary>Tokens that wait.</summary>
    public long TokensWaiting => Volatile.Read(ref _waiting);

    public bool IsFull => TokensInFlight >= mostTokens;

    /// <summary>Queues a request; false where there is no room. Whoever cancels takes out what no batch has taken.</summary>
    /// <exception cref="InvalidOperationException">The service ends.</exception>
    public bool TryAdd(EmbeddingRequest request, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_closed is not null) throw _closed;
            if (_inFlight >= mostTokens) return false;
            _inFlight += request.Tokens;
            _waiting += request.Tokens;
            _requests.AddLast(request.Node);
            Monitor.PulseAll(_gate);
        }
        if (cancellation.CanBeCanceled)
        {
            CancellationTokenRegistration registration = cancellation.UnsafeRegister(static (state, token) => (((EmbeddingQueue, EmbeddingRequest))state!).Item1.Cancel((((EmbeddingQueue, EmbeddingRequest))state).Item2, token), (this, request));
            request.Vectors.ContinueWith(static (_, state) => ((CancellationTokenRegistration)state!).Unregister(), registration, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        return true;
    }

    /// <summary>Waits for texts and takes a batch of them; false once the queue is closed. Each batch is told to be <see cref="Done"/>.</summary>
    /// <param name="batch">Takes the texts.</param>
    /// <param name="tokens">How many tokens were taken.</param>
    public bool Take(List<QueuedText> batch, out int tokens)
    {
        tokens = 0;
        lock (_gate)
        {
            while (_requests.Count == 0)
            {
                if (_closed is not null) return false;
                Monitor.Wait(_gate);
            }
            long began = Stopwatch.GetTimestamp();
            bool hasRoom = Gather(batch, ref tokens);
            while (hasRoom && _computing > 0 && wait - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } left)
            {
                Monitor.Wait(_gate, left);
                hasRoom = Gather(batch, ref tokens);
            }
            _computing++;
            return true;
        }
    }

    /// <summary>Gives back the room of a batch.</summary>
    public void Done(int tokens)
    {
        lock (_gate)
        {
            _inFlight -= tokens;
            _computing--;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes no more requests, and fails those that wait.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = new InvalidOperationException("The service ends.");
            foreach (EmbeddingRequest request in _requests)
            {
                Release(request);
                request.Fail(_closed);
            }
            _requests.Clear();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes texts in their order as long as they have room; false where the batch has none for the next.</summary>
    private bool Gather(List<QueuedText> batch, ref int tokens)
    {
        while (_requests.First is { Value: EmbeddingRequest request } node)
        {
            while (request.Next < request.Texts.Length)
            {
                int length = request.Texts[request.Next].Length;
                if (batch.Count > 0 && tokens + length > batchTokens)
                {
                    if (batch[^1].Request == request) // has had its turn
                    {
                        _requests.Remove(node);
                        _requests.AddLast(node);
                    }
                    return false;
                }
                batch.Add(new(request, request.Next++));
                tokens += length;
                _waiting -= length;
            }
            _requests.Remove(node);
        }
        return tokens < batchTokens;
    }

    private void Cancel(EmbeddingRequest request, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (request.Node.List is not null)
            {
                _requests.Remove(request.Node);
                Release(request);
                Monitor.PulseAll(_gate);
            }
        }
        request.Cancel(cancellation);
    }

    /// <summary>Gives back the room of texts that no batch has taken.</summary>
    private void Release(EmbeddingRequest request)
    {
        int rest = request.Texts.Skip(request.Next).Sum(text => text.Length);
        _inFlight -= rest;
        _waiting -= rest;
    }
}
