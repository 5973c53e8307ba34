using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Attention.Runtime;

/// <summary>
/// The threads of a <see cref="ThreadTeam"/> and all that they know. It knows no team, unless one of its calls is under way: so
/// a team that is not in use any more can be collected, and its finalizer ends the threads.
/// </summary>
internal sealed class HelperThreads
{
    private static readonly long s_spinTicks = Stopwatch.Frequency / 20_000;

    private readonly int _threads;
    private readonly TeamWork?[] _calls;
    private readonly Thread[] _helpers;
    private readonly SemaphoreSlim _door = new(0);
    private int _callers;
    private int _asleep;
    private volatile bool _isStopped;

    /// <summary>Starts one helper fewer than there are threads, or none when one of them cannot be started.</summary>
    /// <param name="threads">How many threads work at most, callers among them.</param>
    /// <param name="start">How a thread is started.</param>
    public HelperThreads(int threads, Action<Thread> start)
    {
        _threads = threads;
        _calls = new TeamWork?[threads];
        _helpers = new Thread[threads - 1];
        try
        {
            for (int i = 0; i < _helpers.Length; i++)
            {
                int worker = i + 1;
                _helpers[i] = new Thread(() => Help(worker)) { IsBackground = true, Name = "Attention helper " + worker };
                start(_helpers[i]);
            }
        }
        catch
        {
            Stop();
            throw;
        }
    }

    /// <summary>The threads, in the order of the workers from 1 on.</summary>
    public IReadOnlyList<Thread> All => _helpers;

    /// <inheritdoc cref="ThreadTeam.ThreadsNow"/>
    public int ThreadsNow => _isStopped || _helpers.Length == 0 ? 1 : Math.Max(1, _threads + 1 - Volatile.Read(ref _callers));

    /// <inheritdoc cref="ThreadTeam.Enter"/>
    public void Enter(TeamWork work)
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

    /// <inheritdoc cref="ThreadTeam.Exit"/>
    public void Exit(TeamWork work)
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

    /// <inheritdoc cref="ThreadTeam.Wake"/>
    public void Wake()
    {
        if (Volatile.Read(ref _asleep) == 0)
            return;
        int sleepers = Interlocked.Exchange(ref _asleep, 0);
        if (sleepers > 0)
            _door.Release(sleepers);
    }

    /// <summary>Has the helpers end, each after the chunk that it has claimed.</summary>
    public void Stop()
    {
        if (_isStopped)
            return;
        _isStopped = true;
        if (_helpers.Length > 0)
            _door.Release(_helpers.Length);
    }

    /// <summary>Waits until the helpers have ended.</summary>
    public void Join()
    {
        foreach (Thread helper in _helpers)
            helper.Join();
    }

    private void Help(int worker)
    {
        long idle = Stopwatch.GetTimestamp();
        while (!_isStopped)
        {
            if (HelpCalls(worker))
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
    /// <remarks>Not inlined, so that no call's work stays in the frame of a helper that sleeps.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool HelpCalls(int worker)
    {
        bool helped = false;
        for (int i = 0; i < _calls.Length; i++)
        {
            while (worker <= _threads - Volatile.Read(ref _callers) && !_isStopped && Volatile.Read(ref _calls[i]) is TeamWork work && work.Help(worker))
                helped = true;
        }

        return helped;
    }
}
