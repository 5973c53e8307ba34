using System.Runtime.CompilerServices;
using Attention.Dsl;
using Attention.Runtime;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Runtime;

/// <summary>Which thread does what, and what it is likely to read behind it.</summary>
public class TeamWorkTests
{
    private const int Units = 8;
    private const int Panels = 6;
    private const int PanelFloats = 10;

    /// <summary>A helper that stays in its first chunk leaves the rest of its run to the caller, which takes its own chunks first.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_thread_takes_its_own_run_in_order_and_then_the_others(bool isTold)
    {
        using var team = new ThreadTeam(2);
        using var kernels = new OrderedKernels(Units - 1);
        var work = new TeamWork(team, kernels, 16, 0) { ChunkCost = 1 };
        var weights = new PinnedMemory(Panels * PanelFloats);
        float x = 0;
        team.Enter(work);
        if (isTold)
            work.WithNext(ref weights.Start, Panels, PanelFloats);
        work.Run(0, Units, 1, 1, 100, ref x, ref weights.Start, ref x);
        team.Exit(work);

        Assert.Equal([0, 1, 2, 3, 5, 6, 7], kernels.Of(0).Select(done => done.Unit));
        Assert.Equal([4], kernels.Of(1).Select(done => done.Unit));
        Assert.Equal([3, 7], kernels.Of(0).Where(done => done.IsLast).Select(done => done.Unit));

        // Behind the last of a run comes the first that the thread will have of the next weights, where these are known.
        long? told = isTold ? 0 : null;
        Assert.Equal([null, null, null, told, null, null, told], kernels.Of(0).Select(done => done.Next));
        Assert.Equal([null], kernels.Of(1).Select(done => done.Next));
    }

    /// <summary>The second of two threads begins in the middle of the next weights.</summary>
    [Fact]
    public void Each_thread_is_told_where_its_part_of_the_next_weights_begins()
    {
        using var team = new ThreadTeam(2);
        using var kernels = new OrderedKernels(0);
        var work = new TeamWork(team, kernels, 16, 0) { ChunkCost = 1 };
        var weights = new PinnedMemory(Panels * PanelFloats);
        float x = 0;
        team.Enter(work);
        work.WithNext(ref weights.Start, Panels, PanelFloats).Run(0, 2, 1, 1, 100, ref x, ref weights.Start, ref x);
        Assert.Equal([0L], kernels.Of(0).Select(done => done.Next));
        Assert.Equal([Panels / 2 * PanelFloats * sizeof(float)], kernels.Of(1).Select(done => done.Next));

        // What was told holds for one kernel.
        kernels.Begin();
        work.Run(0, 2, 1, 1, 100, ref x, ref weights.Start, ref x);
        team.Exit(work);
        Assert.Equal([null], kernels.Of(0).Select(done => done.Next));
        Assert.Equal([null], kernels.Of(1).Select(done => done.Next));
    }

    /// <summary>One thread alone does all at once, and reads the next weights from their beginning.</summary>
    [Fact]
    public void One_thread_has_all_chunks_and_all_that_comes_next()
    {
        using var team = new ThreadTeam(1);
        using var kernels = new OrderedKernels(0) { IsAlone = true };
        var work = new TeamWork(team, kernels, 16, 0);
        var weights = new PinnedMemory(Panels * PanelFloats);
        float x = 0;
        work.WithNext(ref weights.Start, Panels, PanelFloats).Run(0, Units, 1, 1, 100, ref x, ref weights.Start, ref x);
        OrderedKernels.Done done = Assert.Single(kernels.Of(0));
        Assert.Equal((Units - 1, true, 0L), (done.Unit, done.IsLast, done.Next));
    }

    /// <summary>Generated code tells each product of a layer which weights the next one reads, of the same layer, the next, or another run of layers.</summary>
    [Fact]
    public void The_weights_told_are_those_of_the_next_product()
    {
        CompiledModel model = CompiledModel.Compile(("Layers", "[Decoder(5, 24)] [Embedding(9, 12)] [SelfAttention(heads: 2)] [FeedForward(40, Activation.Gelu, At = new[] { 0, 1, 2, 4 })] [FeedForward(72, Activation.Gelu, At = new[] { 3 })] public sealed partial class S;"))["Layers"];
        CompiledSession session = model.CreateSession(InstructionSet.Portable);
        var told = new ToldKernels(session.Core.Work.Kernels);
        session.Core.Work.Kernels = told;
        session.Forward(model.Stages[0].Name, new StageInput([1, 2, 3], [], []));
        Assert.Equal((4 * 5) - 1, told.Products.Count); // the last has none behind it
        Assert.Equal(told.Products.Skip(1).Select(product => product.Weights), told.Products.SkipLast(1).Select(product => product.Next));
    }

    /// <summary>Writes down where the weights lie of each kernel that knows the next.</summary>
    private sealed unsafe class ToldKernels(TeamKernels kernels) : TeamKernels
    {
        public List<(nint Weights, nint Next)> Products { get; } = [];

        public override void Run(int kernel, in Chunk chunk, TeamWork work)
        {
            float beside = 0;
            ref float next = ref work.NextPanel(chunk.End - 1, chunk, ref beside);
            if (!Unsafe.AreSame(ref next, ref beside))
                Products.Add(((nint)Unsafe.AsPointer(ref work.W), (nint)Unsafe.AsPointer(ref next)));
            kernels.Run(kernel, chunk, work);
        }
    }

    /// <summary>The caller begins when the helper has, which stays in its first chunk until the caller is at its last.</summary>
    /// <param name="last">That.</param>
    private sealed class OrderedKernels(int last) : TeamKernels, IDisposable
    {
        private readonly List<Done> _done = [];
        private readonly ManualResetEventSlim _helperIsIn = new();
        private readonly ManualResetEventSlim _helperMayLeave = new();

        public bool IsAlone { get; init; }

        public IEnumerable<Done> Of(int worker) => _done.Where(done => done.Worker == worker);

        public void Begin()
        {
            _done.Clear();
            _helperIsIn.Reset();
            _helperMayLeave.Reset();
        }

        public override void Run(int kernel, in Chunk chunk, TeamWork work)
        {
            float beside = 0;
            ref float next = ref work.NextPanel(chunk.End - 1, chunk, ref beside);
            long? distance = Unsafe.AreSame(ref next, ref beside) ? null : Unsafe.ByteOffset(ref work.W, ref next);
            lock (_done)
                _done.Add(new Done(chunk.Worker, chunk.End - 1, chunk.IsLast, distance));
            if (chunk.Worker > 0)
            {
                _helperIsIn.Set();
                Assert.True(_helperMayLeave.Wait(TimeSpan.FromMinutes(1)));
            }
            else if (!IsAlone)
            {
                Assert.True(_helperIsIn.Wait(TimeSpan.FromMinutes(1)));
                if (chunk.First == last)
                    _helperMayLeave.Set();
            }
        }

        public void Dispose()
        {
            _helperIsIn.Dispose();
            _helperMayLeave.Dispose();
        }

        internal sealed record Done(int Worker, int Unit, bool IsLast, long? Next);
    }
}
