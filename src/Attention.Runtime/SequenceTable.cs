using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Attention.Runtime;

/// <summary>
/// The sequences that a step of several sessions takes, a row of each: where each stands, and how far its session's memory is
/// from that of the session whose call it is, in which the rows lie. All memory is pinned and all of one plan, so that what a
/// sequence keeps lies everywhere at the same distance.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SequenceTable
{
    private readonly SessionCore _caller;
    private readonly SessionCore?[] _sessions;
    private readonly nint[] _distances;
    private readonly int[] _positions;
    private readonly int[] _sources;
    private readonly int _most;

    /// <summary>Creates an empty table.</summary>
    /// <param name="caller">The session whose calls these are, and whose rows.</param>
    /// <param name="sources">How many stages the decoder reads.</param>
    public SequenceTable(SessionCore caller, int sources)
    {
        _caller = caller;
        _most = caller.Sequences;
        _sessions = new SessionCore?[_most];
        _distances = new nint[_most];
        _positions = new int[_most];
        _sources = new int[checked(_most * sources)];
    }

    /// <summary>How many sequences there are.</summary>
    public int Count { get; private set; }

    /// <summary>The most rows that a sequence has, with its next.</summary>
    public int MostKeys { get; private set; }

    /// <summary>Where a sequence stands.</summary>
    public int Position(int sequence) => _positions[sequence];

    /// <summary>How many rows a stage that the decoder reads has left in a sequence's session.</summary>
    public int RowsOf(int source, int sequence) => _sources[(source * _most) + sequence];

    /// <summary>The most rows that a stage which the decoder reads has left in any of the sessions.</summary>
    public int MostRowsOf(int source)
    {
        int most = 0;
        for (int sequence = 0; sequence < Count; sequence++)
            most = Math.Max(most, RowsOf(source, sequence));
        return most;
    }

    /// <summary>What is to a sequence's session what a place in memory is to the caller's.</summary>
    public ref float Of(int sequence, ref float place) => ref Unsafe.AddByteOffset(ref place, _distances[sequence]);

    /// <summary>Begins a call; the disposal of the result lets all sessions go.</summary>
    public SequenceCall Begin()
    {
        Count = 0;
        MostKeys = 0;
        return new SequenceCall(this);
    }

    /// <summary>Has a session take part, which nothing else may use until the call ends.</summary>
    /// <param name="session">The session: of the caller's model.</param>
    /// <param name="stage">The stage, for messages.</param>
    /// <exception cref="ArgumentException">It takes part already, or is of another model.</exception>
    /// <exception cref="InvalidOperationException">It is in use by another thread.</exception>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public unsafe void Join(SessionCore session, string stage)
    {
        int before = Array.IndexOf(_sessions, session, 0, Count);
        if (before >= 0)
            throw new ArgumentException($"Sequences {before} and {Count} given to stage '{stage}' are of one session; expected a session for each.", "sequences");
        if (session.Weights != _caller.Weights)
            throw new ArgumentException($"Sequence {Count} given to stage '{stage}' is of a session of another model, or of one that was loaded at another time; expected sessions of one loaded model.", "sequences");
        if (session != _caller)
            session.Join(_caller);
        _distances[Count] = (nint)Unsafe.AsPointer(ref session.Memory.Start) - (nint)Unsafe.AsPointer(ref _caller.Memory.Start);
        _sessions[Count++] = session;
    }

    /// <summary>Tells where the sequence of the session that has joined last stands, which nothing else changes any more.</summary>
    /// <param name="position">How many tokens it has taken.</param>
    /// <param name="length">The most positions.</param>
    /// <param name="hasForked">Whether it is in beams.</param>
    /// <param name="stage">The stage, for messages.</param>
    /// <exception cref="InvalidOperationException">It has no room for one more token, or is in beams.</exception>
    public void Stand(int position, int length, bool hasForked, string stage)
    {
        int sequence = Count - 1;
        if (position >= length)
            throw new InvalidOperationException($"Sequence {sequence} given to stage '{stage}' has taken {position} of at most {length} tokens; 1 more does not fit. Call Reset to begin it anew.");
        if (hasForked)
            throw new InvalidOperationException($"Sequence {sequence} given to stage '{stage}' has been stepped by StepBeams, which alone can go on; call Reset to begin it anew.");
        _positions[sequence] = position;
        MostKeys = Math.Max(MostKeys, position + 1);
    }

    /// <summary>Tells how many rows a stage that the decoder reads has left in the session that has joined last.</summary>
    public void Read(int source, int rows) => _sources[(source * _most) + Count - 1] = rows;

    /// <summary>Lets all sessions go.</summary>
    internal void End()
    {
        for (int sequence = 0; sequence < Count; sequence++)
        {
            if (_sessions[sequence] is { } session && session != _caller)
                session.Leave();
            _sessions[sequence] = null;
        }
    }
}

/// <summary>A call of several sessions that is under way: its disposal, however the call ends, lets them go.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly ref struct SequenceCall
{
    private readonly SequenceTable _table;

    internal SequenceCall(SequenceTable table) => _table = table;

    /// <summary>Ends the call.</summary>
    public void Dispose() => _table.End();
}
