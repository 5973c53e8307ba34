namespace Attention.Runtime;

/// <summary>
/// The chunks of one kernel at a time, in as many runs of neighbours as there are threads. A thread claims those of its own run
/// in their order, then those of the others.
/// </summary>
/// <param name="threads">The most threads.</param>
internal sealed class ChunkRuns(int threads)
{
    /// <summary>The most runs: threads behind as many begin with one another's.</summary>
    private const int MostRuns = 8;

    /// <summary>Longs between what different threads write: two lines, which a core fetches together.</summary>
    private const int Apart = 16;

    private readonly int _most = Math.Min(threads, MostRuns);

    // How many kernels there were, then the unclaimed chunks of each run, all behind as much that no one writes.
    private readonly long[] _counters = new long[(Math.Min(threads, MostRuns) + 2) * Apart];
    private int _chunks;

    /// <summary>How many runs the kernel's chunks are in.</summary>
    public int Count { get; private set; }

    /// <summary>How many kernels' chunks there were to claim.</summary>
    private ref long Kernels => ref _counters[Apart];

    /// <summary>The first chunk of a run; of the one behind the last, how many there are.</summary>
    public int First(int run) => (int)((long)run * _chunks / Count);

    /// <summary>The run that a thread begins with.</summary>
    public int Of(int worker) => worker % Count;

    /// <summary>Chunks that the caller does by itself, one after the other.</summary>
    public void Alone(int chunks) => (_chunks, Count) = (chunks, 1);

    /// <summary>Chunks that threads claim. None of the kernel before may be left.</summary>
    /// <param name="chunks">How many.</param>
    /// <param name="threadsNow">How many threads there are for them.</param>
    public void Publish(int chunks, int threadsNow)
    {
        (_chunks, Count) = (chunks, Math.Min(threadsNow, _most));
        long kernel = Kernels + 1;
        for (int run = 0; run < Count; run++)
            Volatile.Write(ref Unclaimed(run), (kernel << 32) | (uint)(First(run + 1) - First(run)));
        Volatile.Write(ref Kernels, kernel); // no one claims of another's run before its own is there
    }

    /// <summary>Claims a chunk, unless another thread is faster.</summary>
    /// <param name="worker">Who claims.</param>
    /// <param name="claim">The chunk and its run; null where another was faster.</param>
    /// <returns>Whether there was one that no one had claimed.</returns>
    public bool TryClaim(int worker, out (int Chunk, int Run)? claim)
    {
        claim = null;
        int kernel = (int)Volatile.Read(ref Kernels);
        for (int i = 0; i < _most; i++)
        {
            int run = (worker + i) % _most;
            ref long unclaimed = ref Unclaimed(run);

            // The high half counts the kernels, so that a claim holds only for the kernel that was looked at. As long as a
            // claimed chunk is not done its kernel is not, and what describes it stays as it is.
            long state = Volatile.Read(ref unclaimed);
            int left = (int)state;
            if (left == 0 || (int)(state >> 32) != kernel)
                continue;
            if (Interlocked.CompareExchange(ref unclaimed, state - 1, state) == state)
                claim = (First(run + 1) - left, run);
            return true;
        }

        return false;
    }

    /// <summary>How many chunks no one has claimed of a run, and in the high half the number of their kernel.</summary>
    private ref long Unclaimed(int run) => ref _counters[(run + 2) * Apart];
}
