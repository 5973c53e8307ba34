using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Attention.Runtime;

/// <summary>
/// What a session has its team work on: one kernel at a time, in chunks that threads claim, and the sequences that the kernel's
/// rows belong to. A chunk is a few panels or heads, and rows of them; panels come first, so that each weight is read by as few
/// threads as possible. Each thread has a run of chunks, which it claims in order, so that it reads memory from one place on; when
/// it has none left it claims from the others' runs. Which thread does which chunk changes no bit of the result.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class TeamWork
{
    /// <summary>
    /// Multiply-adds that make a chunk worth claiming: about 4 µs of a core, where a claim and the lines that move between
    /// cores for it take some tenths of one.
    /// </summary>
    private const long LeastCost = 1 << 18;

    /// <summary>The most chunks for each thread: the last ones are as short as this makes them, and some threads wait for those.</summary>
    private const int MostChunks = 32;

    /// <summary>Rows below which a product waits for its weights, not for its multiplications.</summary>
    private const int Streaming = 8;

    /// <summary>
    /// Rows that a product takes through all of its panels before it takes more, when a batch has three times as many: what
    /// the panels read and write of them then stays in the second-level cache, and weights come again from the third.
    /// </summary>
    private const int Resident = 256;

    private const int LineFloats = 16;

    private readonly ThreadTeam _team;
    private readonly PinnedMemory _scratch;
    private readonly int _scratchFloats;
    private readonly int[] _starts;
    private readonly ChunkRuns _runs;
    private readonly SemaphoreSlim _finished = new(0);
    private State _state;
    private int _kernel;
    private int _units;
    private int _group;
    private int _groups;
    private bool _rowsFirst;
    private int _rows;
    private int _parts;
    private int _blocks;
    private float* _x;
    private float* _w;
    private float* _v;
    private float* _y;
    private float* _z;
    private float* _u;
    private float* _b;
    private float* _bounds;
    private float* _sinks;
    private float* _next;
    private int _nextPanels;
    private int _nextFloats;
    private Exception? _failure;

    /// <summary>Prepares for the work of one session.</summary>
    /// <param name="team">The model's threads.</param>
    /// <param name="kernels">The kernels of the model's instruction set.</param>
    /// <param name="scratchFloats">What each thread needs for itself.</param>
    /// <param name="mostSequences">The most sequences of a batch.</param>
    public TeamWork(ThreadTeam team, TeamKernels kernels, int scratchFloats, int mostSequences)
    {
        _team = team;
        Kernels = kernels;
        _scratchFloats = checked(scratchFloats + LineFloats - 1) / LineFloats * LineFloats;
        _scratch = new PinnedMemory(checked(_scratchFloats * team.Threads));
        _starts = new int[Math.Max(1, mostSequences) + 1];
        _runs = new ChunkRuns(team.Threads);
        Sequences = 1;
    }

    /// <summary>What a kernel reads first.</summary>
    public ref float X => ref *_x;

    /// <summary>Weights, or keys.</summary>
    public ref float W => ref *_w;

    /// <summary>Values.</summary>
    public ref float V => ref *_v;

    /// <summary>What it writes.</summary>
    public ref float Y => ref *_y;

    /// <summary>What else it writes.</summary>
    public ref float Z => ref *_z;

    /// <summary>What else it reads of the model's weights.</summary>
    public ref float U => ref *_u;

    /// <summary>Biases that it reads besides.</summary>
    public ref float B => ref *_b;

    /// <summary>Scores of heads that have no value, one for each.</summary>
    public ref float Sinks => ref *_sinks;

    /// <summary>Where what each row sees begins and ends, as <see cref="RowLabels"/> has it.</summary>
    public ref float Bounds => ref *_bounds;

    /// <summary>Tells the next kernel what rows see.</summary>
    /// <param name="bounds">In the session's memory, which is pinned.</param>
    public void Bind(ref float bounds) => _bounds = (float*)Unsafe.AsPointer(ref bounds);

    /// <summary>The layer, where a kernel goes by it.</summary>
    public int Layer { get; private set; }

    /// <summary>The sequence's place of the first row.</summary>
    public int Position { get; private set; }

    /// <summary>How many keys there are for all rows.</summary>
    public int Keys { get; private set; }

    /// <summary>How many sequences the rows belong to.</summary>
    public int Sequences { get; private set; }

    /// <summary>All rows of all sequences.</summary>
    public int Rows => _starts[Sequences];

    /// <summary>The rows of the longest sequence.</summary>
    public int Longest { get; private set; }

    /// <summary>How many times as many rows as a stage's own length there is room for: a factor of all offsets in memory.</summary>
    public nint Scale { get; private set; } = 1;

    /// <summary>Memory of one worker's own.</summary>
    public ref float Scratch(int worker) => ref Unsafe.Add(ref _scratch.Start, worker * (nint)_scratchFloats);

    /// <summary>The scratch memory of all workers.</summary>
    internal Span<float> AllScratch => _scratch.Span;

    /// <summary>The kernels; tests have some that look at these.</summary>
    internal TeamKernels Kernels { get; set; }

    /// <summary>Multiply-adds that make a chunk worth claiming.</summary>
    internal long ChunkCost { get; set; } = LeastCost;

    /// <summary>The most rows of a block; tests have fewer.</summary>
    internal int RowBlock { get; set; } = Measures.RowBlock;

    /// <summary>How many rows at a time take all steps between two attentions, the blocks of one pass as equal as can be.</summary>
    /// <param name="rows">All rows.</param>
    public int BlockOf(int rows)
    {
        int blocks = Math.Max(1, (rows + RowBlock - 1) / RowBlock);
        return (rows + blocks - 1) / blocks;
    }

    /// <summary>The first row of a sequence; of the one behind the last, how many rows there are.</summary>
    public int Start(int sequence) => _starts[sequence];

    /// <summary>How many rows a sequence has.</summary>
    public int RowsOf(int sequence) => _starts[sequence + 1] - _starts[sequence];

    /// <summary>All rows are one sequence.</summary>
    public void Single(int rows)
    {
        Sequences = 1;
        Scale = 1;
        _starts[1] = Longest = rows;
    }

    /// <summary>The rows are several sequences, one behind the other.</summary>
    /// <param name="lengths">Their lengths as the caller gives them.</param>
    /// <param name="prepended">Rows that each has in front of those.</param>
    /// <param name="scale">How many times as many rows as the stage's own length there is room for.</param>
    public void Batch(ReadOnlySpan<int> lengths, int prepended, int scale)
    {
        Sequences = lengths.Length;
        Scale = scale;
        Longest = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            _starts[i + 1] = _starts[i] + lengths[i] + prepended;
            Longest = Math.Max(Longest, lengths[i] + prepended);
        }
    }

    /// <summary>The rows are several sequences of one length.</summary>
    /// <param name="count">How many.</param>
    /// <param name="rows">The length of each.</param>
    /// <param name="scale">How many times as many rows as the stage's own length there is room for.</param>
    public void Batch(int count, int rows, int scale)
    {
        Sequences = count;
        Scale = scale;
        Longest = rows;
        for (int i = 0; i < count; i++)
            _starts[i + 1] = _starts[i] + rows;
    }

    /// <summary>The unit that the thread which does one is likely to do next; behind the last, that one.</summary>
    /// <param name="unit">The unit.</param>
    public int Next(int unit) => Math.Min(unit + 1, _units - 1);

    /// <summary>Tells the next kernel which weights are read behind its own.</summary>
    /// <param name="w">The first, of the model's weights, which never move; it may lie behind their end.</param>
    /// <param name="panels">In how many panels they are.</param>
    /// <param name="floats">In place of how many floats a panel stands.</param>
    public TeamWork WithNext(ref float w, int panels, int floats)
    {
        _next = (float*)Unsafe.AsPointer(ref w);
        (_nextPanels, _nextFloats) = (panels, floats);
        return this;
    }

    /// <summary>The panel of weights that the thread which does one is likely to read next: to be asked for, not to be read.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="chunk">The chunk that it is of.</param>
    /// <param name="beside">The one that lies behind it.</param>
    public ref float NextPanel(int panel, in Chunk chunk, ref float beside)
    {
        if (panel + 1 < chunk.End || !chunk.IsLast || _next is null)
            return ref beside;
        return ref _next[(long)_runs.Of(chunk.Worker) * _nextPanels / _runs.Count * _nextFloats];
    }

    /// <summary>Tells what the next kernel reads besides: of the model's weights, which never move.</summary>
    public TeamWork With(ref float u, ref float b)
    {
        _u = (float*)Unsafe.AsPointer(ref u);
        _b = (float*)Unsafe.AsPointer(ref b);
        return this;
    }

    /// <summary>Tells the next kernel scores of heads that have no value: of the model's weights, which never move.</summary>
    public TeamWork WithSinks(ref float sinks)
    {
        _sinks = (float*)Unsafe.AsPointer(ref sinks);
        return this;
    }

    /// <summary>Tells the next kernel its layer.</summary>
    public TeamWork With(int layer)
    {
        Layer = layer;
        return this;
    }

    /// <summary>The sequences of which the next kernel's rows are one each.</summary>
    public SequenceTable? Table { get; private set; }

    /// <summary>Tells the next kernel its sequences.</summary>
    public TeamWork With(SequenceTable table)
    {
        Table = table;
        return this;
    }

    /// <summary>Runs a kernel over all units and rows and returns when all is done.</summary>
    /// <param name="kernel">Its number.</param>
    /// <param name="units">How many panels or heads.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="height">Rows of the kernel's tile.</param>
    /// <param name="cost">Multiply-adds of a unit and row, or what takes as long.</param>
    /// <param name="x">What the kernel reads first.</param>
    /// <param name="w">Weights.</param>
    /// <param name="y">What it writes.</param>
    public void Run(int kernel, int units, int rows, int height, long cost, ref float x, ref float w, ref float y) =>
        Run(kernel, units, rows, height, cost, 0, 0, ref x, ref w, ref x, ref y, ref y);

    /// <inheritdoc cref="Run(int, int, int, int, long, ref float, ref float, ref float)"/>
    public void Run(int kernel, int units, int rows, int height, long cost, ref float x, ref float w, ref float y, ref float z) =>
        Run(kernel, units, rows, height, cost, 0, 0, ref x, ref w, ref x, ref y, ref z);

    /// <summary>Runs a kernel over all heads of all sequences; only a single sequence's rows are split.</summary>
    /// <inheritdoc cref="Run(int, int, int, int, long, ref float, ref float, ref float)"/>
    public void RunSequences(int kernel, int units, int height, long cost, ref float x, ref float w, ref float v, ref float y, ref float z)
    {
        if (Sequences == 1)
            Run(kernel, units, Rows, height, cost * Rows, 0, Rows, ref x, ref w, ref v, ref y, ref z, isResident: true);
        else
            Run(kernel, units * Sequences, Longest, Longest, cost * Longest, 0, 0, ref x, ref w, ref v, ref y, ref z);
    }

    /// <inheritdoc cref="Run(int, int, int, int, long, ref float, ref float, ref float)"/>
    public void Run(
        int kernel, int units, int rows, int height, long cost, int position, int keys, ref float x, ref float w, ref float v, ref float y, ref float z, bool isResident = false)
    {
        // Pinned for the call: the result may be the caller's memory.
        fixed (float* px = &x, pw = &w, pv = &v, py = &y, pz = &z)
        {
            _x = px;
            _w = pw;
            _v = pv;
            _y = py;
            _z = pz;
            Position = position;
            Keys = keys;
            _kernel = kernel;
            int threads = _team.ThreadsNow;
            _units = units;
            _rows = rows;
            _blocks = (rows + height - 1) / height;
            _rowsFirst = !isResident && rows > 3 * Resident;
            int parts = _rowsFirst ? Math.Min(_blocks, (rows + Resident - 1) / Resident) : 1;
            long all = threads == 1 ? 0 : cost * units * Math.Max(rows, Streaming);
            if (all < 2 * ChunkCost)
            {
                (_group, _groups, _parts) = (units, 1, parts);
                _runs.Alone(parts);
                for (int part = 0; part < parts; part++)
                    Kernels.Run(kernel, ChunkAt(part, 0, 0), this);
            }
            else
            {
                int wanted = (int)Math.Min(all / ChunkCost, threads * MostChunks);
                _group = Math.Max(1, units / wanted);
                _groups = (units + _group - 1) / _group;
                int most = _groups < 2 * threads ? _blocks : Math.Max(1, _blocks / 2); // the first of two blocks asks for what comes next
                _parts = Math.Max(parts, Math.Clamp(wanted / _groups, 1, most));
                Share(_groups * _parts, threads);
            }

            _next = null;
        }
    }

    /// <summary>Does one chunk if there is one that no one has claimed.</summary>
    internal bool Help(int worker)
    {
        if (!_runs.TryClaim(worker, out (int Chunk, int Run)? claim))
            return false;
        if (claim is not (int chunk, int run))
            return true;
        try
        {
            Kernels.Run(_kernel, ChunkAt(chunk, run, worker), this);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
        }

        if (Interlocked.Decrement(ref _state.Undone) == 0 && Volatile.Read(ref _state.IsWaiting))
            _finished.Release();
        return true;
    }

    private void Share(int chunks, int threads)
    {
        _state.Undone = chunks;
        _runs.Publish(chunks, threads);

        // A call that left while helpers work for it would take its memory from under them: an interrupt waits for the end.
        bool isInterrupted = false;
        try
        {
            _team.Wake();
        }
        catch (ThreadInterruptedException)
        {
            isInterrupted = true;
        }

        while (Help(0))
        {
        }

        if (Wait() || isInterrupted)
            Thread.CurrentThread.Interrupt();
        if (_failure is Exception failure)
        {
            _failure = null;
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>
    /// Waits for what helpers have claimed: awake for as long as a chunk takes, then asleep, so that a helper that has lost its
    /// core to another program can have this one's.
    /// </summary>
    /// <returns>Whether the thread was to be interrupted meanwhile.</returns>
    private bool Wait()
    {
        const int spins = 2000;
        for (int i = 0; i < spins; i++)
        {
            if (Volatile.Read(ref _state.Undone) == 0)
                return false;
            Thread.SpinWait(4);
        }

        Volatile.Write(ref _state.IsWaiting, true);
        Interlocked.MemoryBarrier();
        bool isInterrupted = false;
        while (Volatile.Read(ref _state.Undone) != 0)
        {
            try
            {
                _finished.Wait(1);
            }
            catch (ThreadInterruptedException)
            {
                isInterrupted = true;
            }
        }

        Volatile.Write(ref _state.IsWaiting, false);
        return isInterrupted;
    }

    private Chunk ChunkAt(int index, int run, int worker)
    {
        (int group, int part) = _rowsFirst ? (index % _groups, index / _groups) : (index / _parts, index % _parts);
        int first = group * _group, row = RowAt((int)((long)part * _blocks / _parts)), end = RowAt((int)((part + 1L) * _blocks / _parts));
        int last = _runs.First(run + 1) - 1;
        bool isLast = _rowsFirst ? index == last : group == last / _parts;
        return new Chunk(first, Math.Min(first + _group, _units), row, end - row, worker, isLast);
    }

    /// <summary>Where a block of rows begins; blocks differ by one row at most, the taller ones come first.</summary>
    private int RowAt(int block) => (block * (_rows / _blocks)) + Math.Min(block, _rows % _blocks);

    /// <summary>What threads write, each on lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 3 * 128)]
    private struct State
    {
        [FieldOffset(128)]
        public int Undone;

        [FieldOffset(256)]
        public bool IsWaiting;
    }
}
