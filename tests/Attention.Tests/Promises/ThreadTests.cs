using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Attention.Dsl;
using Attention.Runtime;
using Attention.Tests.Models;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Promises;

/// <summary>What a model's threads do to its results: nothing. And what becomes of them when something goes wrong.</summary>
public class ThreadTests : PromiseTest
{
    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Any_number_of_threads_gives_the_same_bits(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        using Translator alone = Load(instructionSet);
        using Translator.Session expected = alone.CreateSession(new SessionSettings { Beams = 3 });
        foreach (int threads in new[] { 2, 3, 7 })
        {
            using Translator model = Load(instructionSet, threads);
            Assert.Equal(threads, model.Threads);
            using Translator.Session session = model.CreateSession(new SessionSettings { Beams = 3 });
            CoreOf(session).Work.ChunkCost = 1;
            for (int length = 1; length <= 64; length += length < 9 ? 1 : 11)
            {
                int[] source = Tokens((length * 7 % 70) + 1, 50, length), target = Tokens(length, 41, length + 1000);
                float[] logits = new float[length * 41], others = new float[length * 41];
                Poison(session);
                Assert.Equal(Bits(expected.Source.Forward(source).ToArray()), Bits(session.Source.Forward(source).ToArray()));
                Assert.Equal(Bits(expected.Summary.Forward(source)), Bits(session.Summary.Forward(source)));
                Assert.Equal(Bits(expected.Causal.Forward(target).ToArray()), Bits(session.Causal.Forward(target).ToArray()));
                expected.Source.Forward(source);
                session.Source.Forward(source);
                expected.Target.Forward(target, logits);
                session.Target.Forward(target, others);
                Assert.Equal(Bits(logits), Bits(others));
                session.Target.Reset();
                Assert.Equal(Bits(logits.AsSpan(^41..)), Bits(session.Target.Step(target)));
                if (length == 64)
                    continue;
                expected.Target.Reset();
                expected.Target.Step(target);
                Assert.Equal(Bits(expected.Target.StepBeams([0, 0, 0], [1, 2, 3]).ToArray()), Bits(session.Target.StepBeams([0, 0, 0], [1, 2, 3]).ToArray()));
            }
        }
    }

    [Fact]
    public void Sessions_of_many_threads_share_a_team()
    {
        using Translator alone = Load(InstructionSets.Best), model = Load(InstructionSets.Best, 3);
        int[][] expected = new int[70][];
        using (Translator.Session session = alone.CreateSession())
        {
            for (int length = 1; length < expected.Length; length++)
                expected[length] = Bits(session.Source.Forward(Tokens(length, 50, length)).ToArray());
        }

        var failures = new ConcurrentQueue<Exception>();
        Thread[] users = [.. Enumerable.Range(0, 6).Select(user => new Thread(() =>
        {
            try
            {
                using Translator.Session session = model.CreateSession();
                CoreOf(session).Work.ChunkCost = 1;
                for (int i = 0; i < 200; i++)
                {
                    int length = 1 + (((i * 13) + (user * 29)) % 69);
                    Assert.Equal(expected[length], Bits(session.Source.Forward(Tokens(length, 50, length)).ToArray()));
                }
            }
            catch (Exception e)
            {
                failures.Enqueue(e);
            }
        }))];
        foreach (Thread user in users)
            user.Start();
        foreach (Thread user in users)
            user.Join();
        Assert.Empty(failures);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(257)]
    public void Impossible_numbers_of_threads_are_refused(int threads) =>
        Assert.Contains("Expected 1 to 256 threads", Assert.Throws<ArgumentOutOfRangeException>(() => Load(InstructionSets.Best, threads)).Message, StringComparison.Ordinal);

    [Fact]
    public void Sessions_live_on_when_the_team_is_disposed()
    {
        Translator model = Load(InstructionSets.Best, 3);
        using Translator.Session session = model.CreateSession();
        CoreOf(session).Work.ChunkCost = 1;
        int[] tokens = Tokens(70, 50, 1), before = Bits(session.Source.Forward(tokens).ToArray());
        using var stop = new ManualResetEventSlim();
        var disposer = new Thread(() =>
        {
            stop.Wait();
            model.Dispose();
        });
        disposer.Start();
        for (int i = 0; i < 300; i++)
        {
            if (i == 100)
                stop.Set();
            Assert.Equal(before, Bits(session.Source.Forward(tokens).ToArray()));
        }

        Assert.True(disposer.Join(TimeSpan.FromSeconds(20)), "Dispose did not return");
        model.Dispose();
        Assert.Equal(before, Bits(session.Source.Forward(tokens).ToArray()));
    }

    [Fact]
    public void Disposal_joins_the_helpers()
    {
        var team = new ThreadTeam(4);
        Thread[] helpers = [.. team.Helpers];
        Assert.Equal(3, helpers.Length);
        Assert.All(helpers, helper => Assert.True(helper.IsAlive && helper.IsBackground));
        team.Dispose();
        Assert.All(helpers, helper => Assert.False(helper.IsAlive));
    }

    [Fact]
    public void Helpers_of_a_model_that_is_never_disposed_end()
    {
        Thread[] helpers = OnAThreadOfItsOwn(() =>
        {
            Translator model = Load(InstructionSets.Best, 4);
            Translator.Session session = model.CreateSession();
            CoreOf(session).Work.ChunkCost = 1;
            session.Source.Forward(Tokens(70, 50, 1));
            return CoreOf(session).Team.Helpers.ToArray();
        });
        Assert.Equal(3, helpers.Length);
        AssertEnd(helpers);
    }

    [Fact]
    public void A_session_keeps_the_helpers_of_a_model_that_is_gone()
    {
        Translator.Session session = OnAThreadOfItsOwn(() => Load(InstructionSets.Best, 4).CreateSession());
        CoreOf(session).Work.ChunkCost = 1;
        int[] tokens = Tokens(70, 50, 1), expected = Bits(session.Source.Forward(tokens).ToArray());
        for (int i = 0; i < 5; i++)
        {
            Collect();
            Assert.Equal(expected, Bits(session.Source.Forward(tokens).ToArray()));
            Assert.NotEqual(1, CoreOf(session).Team.ThreadsNow); // as of a team that has stopped
            Assert.All(CoreOf(session).Team.Helpers, helper => Assert.True(helper.IsAlive));
        }

        GC.KeepAlive(session);
    }

    [Fact]
    public void A_thread_that_cannot_be_started_ends_those_before_it()
    {
        List<Thread> started = [];
        OutOfMemoryException none = new("no more threads");
        Assert.Same(none, Assert.Throws<OutOfMemoryException>(() => new ThreadTeam(5, thread =>
        {
            if (started.Count == 3)
                throw none;
            thread.UnsafeStart();
            started.Add(thread);
        })));
        Assert.Equal(3, started.Count);
        Assert.All(started, thread => Assert.True(thread.Join(TimeSpan.FromMinutes(1)), "the helper did not end"));
    }

    [Fact]
    public void Helpers_keep_nothing_of_what_flows_with_the_thread_that_loads()
    {
        (ThreadTeam team, WeakReference request) = OnAThreadOfItsOwn(() =>
        {
            var flowing = new AsyncLocal<object> { Value = new object() };
            return (new ThreadTeam(3), new WeakReference(flowing.Value));
        });
        AssertHolds(() => !request.IsAlive, "the helpers keep what the thread that loaded the model had in an AsyncLocal");
        team.Dispose();
    }

    private static T OnAThreadOfItsOwn<T>(Func<T> function)
    {
        T result = default!;
        var thread = new Thread(() => result = function());
        thread.Start();
        thread.Join();
        return result;
    }

    private static void AssertEnd(Thread[] threads) => AssertHolds(() => !Array.Exists(threads, thread => thread.IsAlive), "helper threads live on");

    /// <summary>Collects until the condition holds, for a minute at most.</summary>
    private static void AssertHolds(Func<bool> condition, string otherwise)
    {
        long start = Environment.TickCount64;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 - start < 60_000, otherwise);
            Collect();
            Thread.Sleep(5);
        }
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    /// <summary>Every chunk is done once, by no more threads at a time than the team has, callers included.</summary>
    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 1)]
    [InlineData(4, 3)]
    [InlineData(3, 3)]
    public void Every_chunk_is_done_once_and_no_core_is_shared(int threads, int callers)
    {
        using var team = new ThreadTeam(threads);
        var kernels = new CountingKernels();
        using var together = new Barrier(callers);
        int wrong = 0;
        Thread[] users = [.. Enumerable.Range(0, callers).Select(_ => new Thread(() =>
        {
            var work = new TeamWork(team, kernels, 16, 0) { ChunkCost = 1 };
            float x = 0;
            team.Enter(work);
            together.SignalAndWait();
            for (int i = 0; i < 200; i++)
            {
                work.Run(0, 7, 1 + (i % 50), 4, 100, ref x, ref x, ref x);
                if (kernels.Done(work) != 7 * (1 + (i % 50)))
                    Interlocked.Increment(ref wrong);
            }

            together.SignalAndWait();
            team.Exit(work);
        }))];
        foreach (Thread user in users)
            user.Start();
        foreach (Thread user in users)
            user.Join();
        Assert.Equal(0, wrong);
        Assert.InRange(kernels.MostAtOnce, 1, threads);
        Assert.False(kernels.SharedScratch, "two threads had the same worker's number at the same time");
    }

    [Fact]
    public void An_exception_reaches_the_caller_and_the_team_survives()
    {
        using var team = new ThreadTeam(3);
        var kernels = new CountingKernels();
        var work = new TeamWork(team, kernels, 16, 0) { ChunkCost = 1 };
        float x = 0;
        int failed = 0;
        for (int i = 0; i < 300; i++)
        {
            kernels.Fails = i % 3 == 0;
            team.Enter(work);
            try
            {
                work.Run(0, 9, 20, 4, 100, ref x, ref x, ref x);
                Assert.False(kernels.Fails);
            }
            catch (InvalidTimeZoneException e)
            {
                Assert.Contains(nameof(CountingKernels), e.StackTrace, StringComparison.Ordinal);
                failed++;
            }
            finally
            {
                team.Exit(work);
            }

            Assert.Equal(180, kernels.Done(work));
        }

        Assert.Equal(100, failed);
    }

    /// <summary>
    /// Products that write into the caller's rows, which have no padding: of every element one chunk decides, so that no two
    /// threads write it, and all together give the bits of one thread.
    /// </summary>
    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void One_chunk_writes_each_element_of_the_callers_rows(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        int[] tokens = Tokens(23, 9, 1);
        foreach ((int columns, CompiledModel model) in s_callerProducts.Value)
        {
            CompiledSession alone = model.CreateSession(instructionSet), session = model.CreateSession(instructionSet, threads: 4);
            session.Core.Work.ChunkCost = 1;
            var input = new StageInput(tokens, [], []);
            int[] expected = Bits(alone.Forward(model.Stages[0].Name, input));
            var writes = new WritesOfChunks(session.Core.Work.Kernels, tokens.Length * columns);
            session.Core.Work.Kernels = writes;
            Assert.Equal(expected, Bits(session.Forward(model.Stages[0].Name, input)));
            Assert.True(writes.Chunks > 1);
            Assert.All(writes.Counts, (count, element) => Assert.True(count == 1, $"{columns} columns: {count} chunks write column {element % columns} of row {element / columns}"));
        }
    }

    private static readonly Lazy<Dictionary<int, CompiledModel>> s_callerProducts = new(() =>
    {
        int[] columns = [1, 7, 9, .. Enumerable.Range(17, 15), 37, 59];
        Dictionary<string, CompiledModel> models = CompiledModel.Compile([.. columns.Select(n =>
            ($"Caller{n}", $"[Decoder(0, 12)] [Embedding(9, 40)] [Linear({n}, Activation = Activation.{(n % 2 == 0 ? "Gelu" : "Silu")})] public sealed partial class S;"))]);
        return columns.ToDictionary(n => n, n => models[$"Caller{n}"]);
    });

    /// <summary>Counts how many chunks write each element of the result, one chunk at a time.</summary>
    private sealed class WritesOfChunks(TeamKernels kernels, int floats) : TeamKernels
    {
        public int[] Counts { get; } = new int[floats];

        public int Chunks { get; private set; }

        public override void Run(int kernel, in Chunk chunk, TeamWork work)
        {
            lock (Counts)
            {
                Chunks++;
                Span<float> result = MemoryMarshal.CreateSpan(ref work.Y, floats);
                float[] before = result.ToArray();
                result.Fill(float.NaN);
                kernels.Run(kernel, chunk, work);
                for (int i = 0; i < floats; i++)
                {
                    if (float.IsNaN(result[i]))
                        result[i] = before[i];
                    else
                        Counts[i]++;
                }
            }
        }
    }

    /// <summary>What helpers write to is the caller's, who must not leave before they are done, whatever happens to its thread.</summary>
    [Fact]
    public void An_interrupt_waits_for_the_helpers()
    {
        using var team = new ThreadTeam(2);
        using var kernels = new MeetingKernels();
        var work = new TeamWork(team, kernels, 16, 0) { ChunkCost = 1 };
        bool hasRun = false, isInterrupted = false;
        var caller = new Thread(() =>
        {
            float x = 0;
            team.Enter(work);
            try
            {
                work.Run(0, 2, 1, 1, 100, ref x, ref x, ref x);
                hasRun = true;
                Thread.Sleep(Timeout.Infinite);
            }
            catch (ThreadInterruptedException)
            {
                isInterrupted = true;
            }

            team.Exit(work);
        });
        caller.Start();
        kernels.HelperIsIn.Wait();
        Thread.Sleep(30); // by now the caller sleeps; if not, the interrupt comes when it does
        caller.Interrupt();
        Assert.False(caller.Join(200), "the caller left while a helper was at work");
        kernels.HelperMayLeave.Set();
        Assert.True(caller.Join(TimeSpan.FromMinutes(1)), "the caller did not return");
        Assert.True(hasRun && isInterrupted);
    }

    /// <summary>A caller and a helper that both take part; the helper leaves when it may, at the latest on <see cref="Dispose"/>.</summary>
    private sealed class MeetingKernels : TeamKernels, IDisposable
    {
        public ManualResetEventSlim HelperIsIn { get; } = new();

        public ManualResetEventSlim HelperMayLeave { get; } = new();

        public override void Run(int kernel, in Chunk chunk, TeamWork work)
        {
            if (chunk.Worker > 0)
            {
                HelperIsIn.Set();
                HelperMayLeave.Wait();
            }

            while (!HelperIsIn.IsSet)
                Thread.SpinWait(10);
        }

        public void Dispose() => HelperMayLeave.Set();
    }

    private sealed class CountingKernels : TeamKernels
    {
        private readonly ConcurrentDictionary<TeamWork, int> _done = [];
        private readonly ConcurrentDictionary<(TeamWork, int), bool> _busy = [];
        private int _atOnce;

        public bool Fails { get; set; }

        public int MostAtOnce { get; private set; }

        public bool SharedScratch { get; private set; }

        public int Done(TeamWork work) => _done.TryRemove(work, out int done) ? done : 0;

        public override void Run(int kernel, in Chunk chunk, TeamWork work)
        {
            int now = Interlocked.Increment(ref _atOnce);
            lock (_done)
                MostAtOnce = Math.Max(MostAtOnce, now);
            if (!_busy.TryAdd((work, chunk.Worker), true))
                SharedScratch = true;
            Thread.SpinWait(50);
            int units = (chunk.End - chunk.First) * chunk.Rows;
            _done.AddOrUpdate(work, units, (_, before) => before + units);
            _busy.TryRemove((work, chunk.Worker), out _);
            Interlocked.Decrement(ref _atOnce);
            if (Fails && chunk.First == 4)
                throw new InvalidTimeZoneException("a kernel failed");
        }
    }
}
