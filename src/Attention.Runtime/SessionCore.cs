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
    private readonly ThreadTeam _team;
    private readonly TeamWork _ownWork;
    private int _state;

    /// <summary>Creates the core of a session.</summary>
    /// <param name="name">The session's type, for messages.</param>
    /// <param name="instructionSet">What the weights are packed for.</param>
    /// <param name="weights">The model's packed weights.</param>
    /// <param name="team">The model's threads.</param>
    /// <param name="kernels">The model's kernels.</param>
    /// <param name="sizes">What the session's memory is made of.</param>
    /// <param name="settings">What the user asks for, null for the defaults.</param>
    /// <param name="plan">The plan that the weights were packed by: see <see cref="TeamKernels.Plan"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Less than one beam is asked for, a negative batch, or more of either than the model can run or memory can hold.
    /// </exception>
    /// <exception cref="InvalidOperationException">Memory cannot hold what so many threads need.</exception>
    public SessionCore(string name, InstructionSet instructionSet, PinnedMemory weights, ThreadTeam team, TeamKernels kernels, SessionSizes sizes, SessionSettings? settings, ulong plan = 0)
    {
        _name = name;
        _team = team;
        Plan = plan;
        InstructionSet = instructionSet;
        Weights = weights;
        Beams = settings?.Beams ?? 1;
        Sequences = settings?.Sequences ?? 0;
        BatchTokens = settings?.BatchTokens ?? 0;
        CapturesAttention = settings?.CaptureAttention ?? false;
        if (Beams < 1 || Beams > sizes.MostBeams)
            throw new ArgumentOutOfRangeException(nameof(settings), Beams, $"{name} was asked for {Beams} beams; expected {(sizes.MostBeams == 1 ? "1, since more take a decoder, and more than one position of each decoder" : $"1 to {sizes.MostBeams}, the positions of the shortest decoder")}.");
        if (Sequences < 0 || Sequences > sizes.MostSequences)
            throw new ArgumentOutOfRangeException(nameof(settings), Sequences, $"{name} was asked for {Sequences} sequences at once; expected {(sizes.MostSequences == 0 ? "0, since the model has no decoder" : $"0 to {sizes.MostSequences}, the positions of the shortest decoder")}.");
        if (BatchTokens < 0 || (BatchTokens > 0 && sizes.Batch == 0))
            throw new ArgumentOutOfRangeException(nameof(settings), BatchTokens, $"{name} was asked for batches of {BatchTokens} tokens; expected 0{(sizes.Batch == 0 ? ", since no stage of the model takes batches" : " or more")}.");
        long all = sizes.Memory + ((long)Beams * sizes.Track);
        if (all > PinnedMemory.MostFloats)
            throw new ArgumentOutOfRangeException(nameof(settings), Beams, $"{name} with {Beams} beams needs {all} floats of memory; expected at most {PinnedMemory.MostFloats}.");
        BatchScale = sizes.Batch == 0 ? 0 : (int)((BatchTokens + (long)sizes.BatchLength - 1) / sizes.BatchLength);
        long batch = (long)BatchScale * sizes.Batch;
        if (batch > PinnedMemory.MostFloats)
            throw new ArgumentOutOfRangeException(nameof(settings), BatchTokens, $"{name} with batches of {BatchTokens} tokens needs {batch} floats of memory; expected at most {PinnedMemory.MostFloats}.");
        long scratch = (long)sizes.Scratch * team.Threads;
        if (scratch > PinnedMemory.MostFloats)
            throw new InvalidOperationException($"{name} needs {scratch} floats of memory for {team.Threads} threads; expected at most {PinnedMemory.MostFloats}, so load the model with fewer.");
        Memory = new PinnedMemory((int)all);
        BatchMemory = BatchTokens == 0 ? null : new PinnedMemory((int)batch);
        _ownWork = Work = new TeamWork(team, kernels, sizes.Scratch, BatchTokens);
    }

    /// <summary>The plan that the weights were packed by.</summary>
    internal ulong Plan { get; }

    /// <summary>How many beams the session's decoders can run at once.</summary>
    public int Beams { get; }

    /// <summary>How many sessions' sequences its decoders can step together; 0 when they step alone only.</summary>
    public int Sequences { get; }

    /// <summary>The most rows that a step of its decoders gives: of beams, or of sequences.</summary>
    public int StepRows => Math.Max(Beams, Sequences);

    /// <summary>The most rows of a batch, over all its sequences; 0 when the session takes none.</summary>
    public int BatchTokens { get; }

    /// <summary>How many times a stage's own length <see cref="BatchMemory"/> has room for.</summary>
    public int BatchScale { get; }

    /// <summary>Whether attention weights are kept where the model declares it.</summary>
    public bool CapturesAttention { get; }

    /// <summary>What the weights are packed for.</summary>
    public InstructionSet InstructionSet { get; }

    /// <summary>The model's packed weights.</summary>
    public PinnedMemory Weights { get; }

    /// <summary>Values, caches and results.</summary>
    public PinnedMemory Memory { get; }

    /// <summary>The same for batches, apart, so that a batch disturbs nothing; null when the session takes none.</summary>
    public PinnedMemory? BatchMemory { get; }

    /// <summary>What the model's threads work on for this session; while it takes part in another one's call, for that.</summary>
    public TeamWork Work { get; private set; }

    /// <summary>The model's threads.</summary>
    internal ThreadTeam Team => _team;

    /// <summary>Begins a call, which the disposal of the result ends.</summary>
    /// <param name="plan">The plan of the code that calls.</param>
    /// <exception cref="InvalidOperationException">Another call is under way: a session is one thread's. Or the code was changed since the model was loaded.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public SessionCall Enter(ulong plan = 0)
    {
        if (plan != Plan)
            throw new InvalidOperationException($"The declaration behind {_name} was changed while the program runs, and its weights were packed for the one before; load the model again and create a session of that.");
        Claim();
        _team.Enter(Work);
        return new SessionCall(this);
    }

    /// <summary>Takes part in the call of another session of the model, whose threads work for both.</summary>
    /// <exception cref="InvalidOperationException">A call is under way.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    internal void Join(SessionCore caller)
    {
        Claim();
        Work = caller.Work;
    }

    /// <summary>Ends what <see cref="Join"/> began.</summary>
    internal void Leave()
    {
        Work = _ownWork;
        Volatile.Write(ref _state, Idle);
    }

    private void Claim()
    {
        int before = Interlocked.CompareExchange(ref _state, Busy, Idle);
        if (before == Disposed)
            throw new ObjectDisposedException(_name);
        if (before == Busy)
            throw new InvalidOperationException($"{_name} is in use by another thread; create a session for each thread, they share the weights.");
    }

    /// <summary>Ends a call.</summary>
    internal void Exit()
    {
        _team.Exit(Work);
        Volatile.Write(ref _state, Idle);
    }

    /// <summary>Ends the session, once.</summary>
    /// <exception cref="InvalidOperationException">A call is under way.</exception>
    public void Dispose()
    {
        if (Interlocked.CompareExchange(ref _state, Disposed, Idle) == Busy)
            throw new InvalidOperationException($"{_name} cannot be disposed while another thread uses it.");
    }
}
