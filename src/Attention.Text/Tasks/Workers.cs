using System.Runtime.ExceptionServices;

namespace Attention.Text;

/// <summary>Work on several threads, of which the first error is the only one.</summary>
internal static class Workers
{
    /// <summary>Runs a body as often as told, once on each of so many threads of the pool, the caller among them.</summary>
    public static void Run(int workers, Action body, CancellationToken cancellation)
    {
        if (workers <= 1)
        {
            body();
            return;
        }
        try
        {
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellation }, _ => body());
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}
