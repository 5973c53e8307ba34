using System.ComponentModel;
using Attention.Dsl;

namespace Attention.Runtime;

/// <summary>
/// What every generated session holds: the weights it shares, the memory it owns, and the door that lets one call in at a
/// time.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SessionCore
{
    private const int Idle = 0;
    private const int Busy = 1;
    private const int Disposed = 2;

    private readonly string _name;
    private int _state;

    /// <summary>Creates the core of a session.</summary>
    /// <param name="name">The session's type, for messages.</param>
    /// <param name="instructionSet">What the weights are packed for.</param>
    /// <param name="weights">The model's packed weights.</param>
    /// <param name="floats">The session's memory without lanes.</param>
    /// <param name="laneFloats">A lane, of which there is one for each beam.</param>
    /// <param name="mostBeams">The most beams that the model can run.</param>
    /// <param name="options">What the user asks for, null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than one beam is asked for, or more than the model can run or memory can hold.</exception>
    public SessionCore(string name, InstructionSet instructionSet, PinnedMemory weights, int floats, int laneFloats, int mostBeams, SessionOptions? options)
    {
        _name = name;
        InstructionSet = instructionSet;
        Weights = weights;
        Beams = options?.Beams ?? 1;
        CapturesAttention = options?.CaptureAttention ?? false;
        if (Beams < 1 || Beams > mostBeams)
            throw new ArgumentOutOfRangeException(nameof(options), Beams, $"{name} was asked for {Beams} beams; expected 1 to {mostBeams}{(mostBeams == 1 ? ", since the model has no decoder" : "")}.");
        long all = floats + ((long)Beams * laneFloats);
        if (all > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(options), Beams, $"{name} with {Beams} beams needs {all} floats of memory; expected at most {int.MaxValue}.");
        Memory = new PinnedMemory((int)all);
    }

    /// <summary>How many beams the session's decoders can run at once.</summary>
    public int Beams { get; }

    /// <summary>Whether attention weights are kept where the model declares it.</summary>
    public bool CapturesAttention { get; }

    /// <summary>What the weights are packed for.</summary>
    public InstructionSet InstructionSet { get; }

    /// <summary>The model's packed weights.</summary>
    public PinnedMemory Weights { get; }

    /// <summary>Values, caches and results.</summary>
    public PinnedMemory Memory { get; }

    /// <summary>Begins a call.</summary>
    /// <exception cref="InvalidOperationException">Another call is under way: a session is one thread's.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public void Enter()
    {
        int before = Interlocked.CompareExchange(ref _state, Busy, Idle);
        if (before == Idle)
            return;
        if (before == Disposed)
            throw new ObjectDisposedException(_name);
        throw new InvalidOperationException($"{_name} is in use by another thread; create a session for each thread, they share the weights.");
    }

    /// <summary>Ends a call.</summary>
    public void Exit() => Volatile.Write(ref _state, Idle);

    /// <summary>Ends the session, once.</summary>
    /// <exception cref="InvalidOperationException">A call is under way.</exception>
    public void Dispose()
    {
        if (Interlocked.CompareExchange(ref _state, Disposed, Idle) == Busy)
            throw new InvalidOperationException($"{_name} cannot be disposed while another thread uses it.");
    }
}
