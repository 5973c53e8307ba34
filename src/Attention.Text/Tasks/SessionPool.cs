using System.Collections.Concurrent;

namespace Attention.Text;

/// <summary>Sessions for many threads: each call has one to itself, and there are never more than a number of them.</summary>
internal sealed class SessionPool<T>(Func<T> create, int most) : IDisposable
    where T : class, IDisposable
{
    private readonly ConcurrentBag<T> _idle = [];
    private readonly SemaphoreSlim _free = new(most, most);
    private volatile bool _disposed;

    public int Most => most;

    /// <summary>Waits for a session; the result goes back by <see cref="Return"/>.</summary>
    public T Rent(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _free.Wait(cancellation);
        try
        {
            return _idle.TryTake(out T? session) ? session : create();
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    public void Return(T session)
    {
        if (_disposed) session.Dispose();
        else _idle.Add(session);
        _free.Release();
    }

    /// <summary>Ends the sessions that nobody uses, and the others when they are returned.</summary>
    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out T? session)) session.Dispose();
    }
}
