using EmbeddingCluster;
using Orleans.Runtime;
using Xunit;

namespace Attention.Cluster.Tests;

/// <summary>A job by itself: no silo takes pieces, the test does.</summary>
[Collection(nameof(Silos))]
public sealed class JobGrainTests(Model model) : IAsyncLifetime
{
    private static readonly TimeSpan s_lease = TimeSpan.FromMinutes(5);
    private static readonly Member s_one = Silo("one", 1), s_other = Silo("other", 2);
    private static readonly JobRequest s_request = new("corpus", 25, 10, "output", true); // three pieces

    private readonly OutsideStore _store = new();
    private readonly Clock _clock = new();
    private Silos _silos = null!;

    private IJobGrain Job => _silos.Job();

    public async ValueTask InitializeAsync() => _silos = await Silos.StartAsync(model.Embedders, _store, count: 1, workers: 0, lease: s_lease, time: _clock);

    public ValueTask DisposeAsync() => _silos.DisposeAsync();

    [Fact]
    public async Task Each_piece_is_handed_out_once_and_what_is_done_is_counted()
    {
        Assert.Null(await Job.Take(s_one));
        Assert.Null((await Job.Status()).Request);
        await Job.Submit(s_request);
        await Job.Submit(s_request);
        Assert.Equal(["job"], await _silos.Grains.GetGrain<IJobsGrain>(0).Open());
        Assert.Equal([(0, 1), (1, 1), (2, 1)], [Known(await Job.Take(s_one)), Known(await Job.Take(s_other)), Known(await Job.Take(s_one))]);
        Assert.Null(await Job.Take(s_one));
        _clock.Now += TimeSpan.FromSeconds(10);

        Assert.True(await Job.Complete(1, s_other, new(5, 50, 1, 2, [new(11, "bad"), new(17, "worse")])));
        Assert.True(await Job.Complete(0, s_one, new(3, 30, 0, 0, [])));
        JobStatus status = await Job.Status();
        Assert.Equal((2, 1, 8, 80, 1, 2, null), (status.Done, status.Leased, status.Passages, status.Tokens, status.Truncated, status.Failed, status.Finished));
        Assert.Equal([new("one", 1, 3, 30, _clock.Start, _clock.Now), new("other", 1, 5, 50, _clock.Start, _clock.Now)], status.Silos);
        Assert.Equal([0.3, 0.5], status.Silos.Select(silo => silo.PassagesPerSecond));

        Assert.True(await Job.Complete(2, s_one, new(1, 1, 0, 0, [])));
        status = await Job.Status();
        Assert.Equal((3, 0, 9, _clock.Now), (status.Done, status.Leased, status.Passages, status.Finished));
        Assert.Empty(await _silos.Grains.GetGrain<IJobsGrain>(0).Open());
        Assert.Null(await Job.Take(s_one));
    }

    /// <summary>Whichever of two results comes first counts, and the other one changes nothing.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lease_that_has_ended_is_another_generation_and_a_piece_counts_once(bool isOldFirst)
    {
        await Job.Submit(s_request);
        Piece old = (await Job.Take(s_one))!;
        _clock.Now += s_lease - TimeSpan.FromSeconds(1);
        Assert.Equal((1, 1), Known(await Job.Take(s_other)));
        _clock.Now += TimeSpan.FromSeconds(2);
        Piece young = (await Job.Take(s_other))!;
        Assert.Equal([(0, 1), (0, 2)], [Known(old), Known(young)]);

        await Job.Fail(0, old.Generation, "of no interest any more");
        _clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal((2, 1), Known(await Job.Take(s_one)));
        Member first = isOldFirst ? s_one : s_other, second = isOldFirst ? s_other : s_one;
        Assert.True(await Job.Complete(0, first, new(4, 40, 0, 0, [])));
        Assert.False(await Job.Complete(0, second, new(4, 40, 0, 0, [])));
        Assert.False(await Job.Complete(0, first, new(4, 40, 0, 0, []))); // delivered twice
        JobStatus status = await Job.Status();
        Assert.Equal((1, 4, 1, 2), (status.Done, status.Passages, status.Repeated, status.Late));
        Assert.Equal(first.Name, Assert.Single(status.Silos, silo => silo.Pieces > 0).Silo);
    }

    [Fact]
    public async Task A_silo_that_has_died_has_no_piece_any_more()
    {
        await Job.Submit(s_request);
        await Job.Take(s_one);
        SiloAddress before = _silos.Cluster.Silos[0].SiloAddress;
        await Job.Take(new("before", SiloAddress.New(before.Endpoint, before.Generation - 1), "avx512")); // another began at its address, so it is no more
        Assert.Equal((1, 2), Known(await Job.Take(s_other)));
        Assert.Equal((2, 1), Known(await Job.Take(s_other)));
        Assert.Null(await Job.Take(s_other));
    }

    [Fact]
    public async Task A_piece_that_fails_everywhere_is_given_up_and_tried_again_when_the_job_is_submitted_again()
    {
        await Job.Submit(s_request);
        Assert.True(await Job.Complete(0, s_one, new(1, 1, 0, 0, [])) && await Job.Complete(2, s_one, new(1, 1, 0, 0, [])));
        for (int generation = 1; generation <= 5; generation++)
        {
            Assert.Equal((1, generation), Known(await Job.Take(s_one)));
            await Job.Fail(1, generation, $"disk full {generation}");
            if (generation > 1) Assert.Null(await Job.Take(s_one)); // not at once
            _clock.Now += TimeSpan.FromSeconds(10);
        }
        Assert.Null(await Job.Take(s_one));
        JobStatus status = await Job.Status();
        Assert.Equal(new Failure(10, "Piece 1: disk full 5"), Assert.Single(status.GivenUp));
        Assert.Equal((2, 0, _clock.Now), (status.Done, status.Leased, status.Finished));
        Assert.Empty(await _silos.Grains.GetGrain<IJobsGrain>(0).Open());

        await Job.Submit(s_request);
        Assert.Equal((1, 1), Known(await Job.Take(s_one)));
        Assert.True(await Job.Complete(1, s_one, new(1, 1, 0, 0, [])));
        status = await Job.Status();
        Assert.Equal((3, 3, 0), (status.Done, status.Passages, status.GivenUp.Length));
        Assert.NotNull(status.Finished);
    }

    [Fact]
    public async Task What_does_not_fit_is_refused()
    {
        await Job.Submit(s_request);
        Assert.Contains("with another request", (await Assert.ThrowsAsync<InvalidOperationException>(() => Job.Submit(s_request with { PieceBytes = 11 }))).Message, StringComparison.Ordinal);
        await Job.Take(s_one);
        Assert.Contains("is computed with avx512, silo old computes with avx2", (await Assert.ThrowsAsync<InvalidOperationException>(() => Job.Take(s_other with { Name = "old", InstructionSet = "avx2" }))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Job.Complete(3, s_one, new(1, 1, 0, 0, [])));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Job.Fail(-1, 1, ""));
        await _silos.Job("empty").Submit(s_request with { CorpusBytes = 0 });
        Assert.NotNull((await _silos.Job("empty").Status()).Finished);
    }

    /// <summary>A write that fails leaves what is stored, be it written or not; the caller hears of it and asks again.</summary>
    [Fact]
    public async Task What_the_store_has_is_the_truth()
    {
        await Job.Submit(s_request);
        foreach (Fault fault in new[] { Fault.Before, Fault.After })
        {
            int piece = (int)fault - 1;
            Assert.Equal(piece, (await Job.Take(s_one))!.Number);
            _store.Faults = _ => fault;
            Exception e = await Assert.ThrowsAsync<OrleansException>(() => Job.Complete(piece, s_one, new(1, 1, 0, 0, [])));
            Assert.Contains("The state of job 'job' cannot be written: The store ", e.Message, StringComparison.Ordinal);
            Assert.Null(e.InnerException);
            _store.Faults = _ => Fault.None;
            Assert.Equal(fault == Fault.Before, await Job.Complete(piece, s_one, new(1, 1, 0, 0, [])));
            Assert.Equal((piece + 1, piece + 1), ((await Job.Status()).Done, (int)(await Job.Status()).Passages));
        }
    }

    /// <summary>One that no membership knows, of now.</summary>
    private static Member Silo(string name, int port) => new(name, SiloAddress.New(new(System.Net.IPAddress.Loopback, port), SiloAddress.AllocateNewGeneration()), "avx512");

    private static (int, int) Known(Piece? piece) => (piece!.Number, piece.Generation);

    private sealed class Clock : TimeProvider
    {
        public DateTime Start { get; } = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

        public DateTime Now { get => field == default ? Start : field; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
