using System.Collections.Concurrent;

namespace Attention.Bench;

/// <summary>A thread of its own, on which work is done while the caller waits.</summary>
internal sealed class Worker : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public Worker()
    {
        _thread = new Thread(() =>
        {
            foreach (Action action in _work.GetConsumingEnumerable())
                action();
        });
        _thread.Start();
    }

    public void Do(Action action) => Do(() => { action(); return 0; });

    public T Do<T>(Func<T> function)
    {
        var result = new TaskCompletionSource<T>();
        _work.Add(() =>
        {
            try
            {
                result.SetResult(function());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        });
        return result.Task.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }
}
