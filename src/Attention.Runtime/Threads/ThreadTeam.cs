using System.ComponentModel;
using System.Diagnostics;

namespace Attention.Runtime;

/// <summary>
/// The threads of a model, shared by its sessions: the caller of a session and helpers, which claim chunks of its work. No
/// more threads work than the team has: a further caller takes the place of a helper, which at most ends its chunk.
/// </summary>
/// <remarks>
/// A helper without work spins for 50 µs, which is longer than the gaps between the kernels of a pass, then sleeps. No caller
/// waits for a helper that has claimed nothing, so one that is late, asleep or stopped costs no more than its help.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ThreadTeam : IDisposable
{
    private static readonly long s_spinTicks = Stopwatch.Frequency / 20_000;

    private readonly TeamWork?[] _calls;
    private readonly Thread[] _helpers;
    private readonly SemaphoreSlim _door = new(0);
    private int _callers;
    private int _asleep;
    private volatile bool _isStopped;

    /// <summary>Starts the helpers.</summary>
    /// <param name="threads">How many threads work at most, callers among them.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1 or more than 256.</exception>
    public ThreadTeam(int threads)
    {
        Check(threads);
        Threads = threads;
        _calls = new TeamWork?[threads];
        _helpers = new Thread[threads - 1];
        for (int i = 0; i < _helpers.Length; i++)
        {
            int helper = i;
            _helpers[i] = new Thread(() => Help(helper)) { IsBackground = true, Name = "Attention helper " + (i + 1) };
            _helpers[i].Start();
        }
    }

    /// <summary>Whether a team may have so many threads.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1 or more than 256.</exception>
    public static void Check(int threads)
    {
        if (threads is < 1 or > 256)
            throw new ArgumentOutOfRangeException(nameof(threads), threads, "Expected 1 to 256 threads.");
    }

    /// <summary>How many threads work at most.</summary>
    public int Threads { get; }

    /// <summary>How many threads may work for a call now, its caller among them: helpers whose places no other caller takes.</summary>
    internal int ThreadsNow => _isStopped || _helpers.Length == 0 ? 1 : Math.Max(1, Threads + 1 - Volatile.Read(ref _callers));

    /// <summary>Lets helpers find the work of a call that begins.</summary>
    internal void Enter(TeamWork work)
    {
        if (_helpers.Length == 0)
            return;
        Interlocked.Increment(ref _callers);
        for (int i = 0; i < _calls.Length; i++)
        {
            if (_calls[i] is null && Interlocked.CompareExchange(ref _calls[i], work, null) is null)
                return;
        }
    }

    /// <summary>Ends what <see cref="Enter"/> began.</summary>
    internal void Exit(TeamWork work)
    {
        if (_helpers.Length == 0)
            return;
        for (int i = 0; i < _calls.Length; i++)
        {
            if (_calls[i] == work)
                Volatile.Write(ref _calls[i], null);
        }

        Interlocked.Decrement(ref _callers);
    }

    /// <summary>Wakes helpers that sleep. One that lies down at this moment may miss it, and is woken by the next.</summary>
    internal void Wake()
    {
        if (Volatile.Read(ref _asleep) == 0)
            return;
        int sleepers = Interlocked.Exchange(ref _asleep, 0);
        if (sleepers > 0)
            _door.Release(sleepers);
    }

    /// <summary>Stops the helpers, each after the chunk that it has claimed, and waits for them. Sessions go on alone.</summary>
    public void Dispose()
    {
        if (_isStopped)
            return;
        _isStopped = true;
        if (_helpers.Length > 0)
            _door.Release(_helpers.Length);
        foreach (Thread helper in _helpers)
            helper.Join();
    }

    private void Help(int helper)
    {
        long idle = Stopwatch.GetTimestamp();
        while (!_isStopped)
        {
            if (HelpCalls(helper))
            {
                idle = Stopwatch.GetTimestamp();
            }
            else if (Stopwatch.GetTimestamp() - idle < s_spinTicks)
            {
                Thread.SpinWait(8);
            }
            else
            {
                Interlocked.Increment(ref _asleep);
                _door.Wait();
                idle = Stopwatch.GetTimestamp();
            }
        }
    }

    /// <summary>Does chunks of the calls under way while there are any and no caller takes this helper's place.</summary>
    private bool HelpCalls(int helper)
    {
        bool helped = false;
        for (int i = 0; i < _calls.Length; i++)
        {
            while (helper < Threads - Volatile.Read(ref _callers) && !_isStopped && Volatile.Read(ref _calls[i]) is TeamWork work && work.Help(helper + 1))
                helped = true;
        }

        return helped;
    }
}
