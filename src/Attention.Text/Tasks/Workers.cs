using System.Runtime.ExceptionServices;

namespace Attention.Text;

/// <summary>Items that several threads take, some at a time, each item once.</summary>
internal sealed class Claims(int count, int atOnce)
{
    private int _next;

    /// <summary>Takes the next items.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="end">The one behind the last.</param>
    /// <returns>Whether there were any.</returns>
    public bool TryTake(out int first, out int end)
    {
        first = Interlocked.Add(ref _next, atOnce) - atOnce;
        end = Math.Min(count, first + atOnce);
        return first < count;
    }

    /// <summary>Leaves nothing to be taken.</summary>
    public void End() => Volatile.Write(ref _next, count);
}

/// <summary>Work on several threads, of which the first error is the only one.</summary>
internal static class Workers
{
    /// <summary>Runs a body once on each of so many threads of the pool, the caller among them; an error ends the work of all.</summary>
    /// <param name="workers">How many threads.</param>
    /// <param name="claims">What they work on.</param>
    /// <param name="body">Takes items until there are none.</param>
    /// <param name="cancellation">Keeps threads from beginning.</param>
    public static void Run(int workers, Claims claims, Action body, CancellationToken cancellation)
    {
        if (workers <= 1)
        {
            body();
            return;
        }
        try
        {
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellation }, _ => Body());
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        void Body()
        {
            try
            {
                body();
            }
            catch
            {
                claims.End(); // the others need not go on
                throw;
            }
        }
    }
}
