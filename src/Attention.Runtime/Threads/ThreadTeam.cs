using System.ComponentModel;

namespace Attention.Runtime;

/// <summary>
/// The threads of a model, shared by its sessions: the caller of a session and helpers, which claim chunks of its work. No
/// more threads work than the team has: a further caller takes the place of a helper, which at most ends its chunk.
/// </summary>
/// <remarks>
/// A helper without work spins for 50 µs, which is longer than the gaps between the kernels of a pass, then sleeps. No caller
/// waits for a helper that has claimed nothing, so one that is late, asleep or stopped costs no more than its help. The helpers
/// of a team that is not disposed of end when neither the model nor a session of it is in use any more.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ThreadTeam : IDisposable
{
    private readonly HelperThreads _helpers;

    /// <summary>Starts the helpers.</summary>
    /// <param name="threads">How many threads work at most, callers among them.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1 or more than 256.</exception>
    /// <exception cref="OutOfMemoryException">The system has no room for so many threads; none is left behind.</exception>
    public ThreadTeam(int threads)
        : this(threads, thread => thread.UnsafeStart()) // what flows with the caller would be kept as long as the threads
    {
    }

    internal ThreadTeam(int threads, Action<Thread> start)
    {
        Check(threads);
        Threads = threads;
        _helpers = new HelperThreads(threads, start);
    }

    /// <summary>Ends the helpers of a team that was not disposed of, which may be one whose constructor threw.</summary>
    ~ThreadTeam() => _helpers?.Stop();

    /// <summary>Whether a team may have so many threads.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1 or more than 256.</exception>
    public static void Check(int threads)
    {
        if (threads is < 1 or > 256)
            throw new ArgumentOutOfRangeException(nameof(threads), threads, "Expected 1 to 256 threads.");
    }

    /// <summary>How many threads work at most.</summary>
    public int Threads { get; }

    /// <summary>The helpers' threads.</summary>
    internal IReadOnlyList<Thread> Helpers => _helpers.All;

    /// <summary>How many threads may work for a call now, its caller among them: helpers whose places no other caller takes.</summary>
    internal int ThreadsNow => _helpers.ThreadsNow;

    /// <summary>Lets helpers find the work of a call that begins.</summary>
    internal void Enter(TeamWork work) => _helpers.Enter(work);

    /// <summary>Ends what <see cref="Enter"/> began.</summary>
    internal void Exit(TeamWork work) => _helpers.Exit(work);

    /// <summary>Wakes helpers that sleep. One that lies down at this moment may miss it, and is woken by the next.</summary>
    internal void Wake() => _helpers.Wake();

    /// <summary>Stops the helpers, each after the chunk that it has claimed, and waits for them. Sessions go on alone.</summary>
    public void Dispose()
    {
        _helpers.Stop();
        _helpers.Join();
        GC.SuppressFinalize(this);
    }
}
