namespace Attention.Bench;

/// <summary>The same work on several threads at once.</summary>
internal static class Together
{
    /// <summary>What <paramref name="work"/> gives on each thread, the caller's among them; all begin together.</summary>
    public static double[] Run(int threads, Func<int, double> work)
    {
        var results = new double[threads];
        using var start = new Barrier(threads);
        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(thread => new Thread(() => Share(thread)))];
        foreach (Thread other in others)
            other.Start();
        Share(0);
        foreach (Thread other in others)
            other.Join();
        return results;

        void Share(int thread)
        {
            start.SignalAndWait();
            results[thread] = work(thread);
        }
    }
}
