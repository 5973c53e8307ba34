using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Attention.Text;
using EmbeddingCluster;
using Orleans.Runtime;
using Xunit;

namespace Attention.Cluster.Tests;

/// <summary>Whole jobs on silos that die: each passage has its vector once, and its bits are those of an embedder alone.</summary>
[Collection(nameof(Silos))] // a process has one meter of a name, which silos of other tests would count in too
public sealed class ClusterTests(Model model)
{
    private static readonly string[] s_words = "the a dog cat river bank loan interest garden chases sees under over slowly green old new stone house window".Split(' ');

    [Fact]
    public async Task All_silos_take_part_and_the_vectors_are_the_embedders()
    {
        string[] texts = Texts(240);
        using Work work = new(Lines(texts), 500);
        var counted = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, listener) => { if (instrument.Meter.Name == Meters.Name) listener.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => counted.AddOrUpdate($"{instrument.Name} {tags[0].Value}", value, (_, old) => old + value));
        listener.Start();

        // No silo is done with its second piece before each has its first.
        var begun = new ConcurrentDictionary<string, int>();
        await using Silos silos = await Silos.StartAsync(model.Embedders, new(), around: async (call, silo) =>
        {
            if (call.MethodName == nameof(IEmbedderGrain.Embed) && begun.AddOrUpdate(silo, 1, (_, old) => old + 1) == 2)
            {
                while (begun.Count < 3) await Task.Delay(10);
            }
            await call.Invoke();
        });
        await silos.Job().Submit(work.Request);
        JobStatus status = await silos.FinishedAsync();
        AssertExact(work, status, texts, 0);
        Assert.Equal(3, status.Silos.Count(silo => silo.Pieces > 0));
        Assert.All(status.Silos, silo => Assert.Equal(silo.Passages, counted[$"embedding.passages {silo.Silo}"]));
        Assert.Equal(status.Tokens, status.Silos.Sum(silo => counted[$"embedding.tokens {silo.Silo}"]));
    }

    /// <summary>The first silo, or the one that has the job; each dies with vectors written that the job was not told of.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_silo_may_be_killed(bool isFirst)
    {
        string[] texts = Texts(240);
        using Work work = new(Lines(texts), 500);
        int told = 0;
        TaskCompletionSource<string> reached = new();
        TaskCompletionSource dead = new();
        await using Silos silos = await Silos.StartAsync(model.Embedders, new(), around: async (call, silo) =>
        {
            if (call.MethodName == nameof(IJobGrain.Complete) && Interlocked.Increment(ref told) == 12)
            {
                reached.SetResult(silo);
                await dead.Task;
                throw new OrleansException("Neither counted nor answered.");
            }
            await call.Invoke();
        });
        await silos.Job().Submit(work.Request);
        string home = await reached.Task.WaitAsync(TimeSpan.FromMinutes(5));
        var victim = isFirst ? silos.Cluster.Silos[0] : silos.Cluster.Silos.Single(silo => silo.Name == home);
        Task kill = silos.Cluster.KillSiloAsync(victim);
        dead.SetResult();
        await kill;
        Assert.Equal(2, silos.Cluster.Silos.Count);
        AssertExact(work, await silos.FinishedAsync(), texts, 0);
    }

    [Fact]
    public async Task A_call_that_has_timed_out_goes_on_and_does_no_harm()
    {
        string[] texts = Texts(60);
        using Work work = new(Lines(texts), 1000);
        var gate = new TaskCompletionSource();
        string held = "";
        byte[] before = [], after = [];
        var late = new TaskCompletionSource();
        await using Silos silos = await Silos.StartAsync(model.Embedders, new(), lease: TimeSpan.FromSeconds(2), around: async (call, silo) =>
        {
            bool isHeld = call.MethodName == nameof(IEmbedderGrain.Embed) && call.Request.GetArgument(0) is Piece { Number: 0, Generation: 1 };
            if (isHeld)
            {
                held = silo;
                await gate.Task;
                before = File.ReadAllBytes(Shard.PathOf(work.Request.Output, 0));
            }
            await call.Invoke();
            if (!isHeld) return;
            after = File.ReadAllBytes(Shard.PathOf(work.Request.Output, 0));
            late.SetResult();
        });
        await silos.Job().Submit(work.Request);
        JobStatus status = await silos.FinishedAsync(); // without the call that is held
        Assert.True(status.Repeated > 0);
        Assert.Contains(status.Silos, silo => silo.Silo != held && silo.Pieces > 0);
        int lateBefore = status.Late;
        gate.SetResult();
        await late.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(before, after);
        status = await silos.Job().Status();
        Assert.Equal(lateBefore + 1, status.Late);
        AssertExact(work, status, texts, 0);
    }

    [Fact]
    public async Task Texts_that_fail_are_told_and_stop_nothing()
    {
        string[] texts = [.. Texts(40), "", new('\u0301', 3), "[CLS] written in a text", "\uFFFD"];
        string tooLong = string.Join(' ', Enumerable.Repeat("garden", 300));
        List<string> lines = [.. Lines(texts)];
        lines.Insert(30, JsonSerializer.Serialize(tooLong));
        lines.Insert(20, "{\"text\": 7}");
        lines.Insert(10, "\"torn");
        using Work refusing = new(lines, 700, truncate: false);
        await using Silos silos = await Silos.StartAsync(model.Embedders, new(), count: 2);
        await silos.Job().Submit(refusing.Request);
        JobStatus status = await silos.FinishedAsync();
        Assert.Equal((3, 0, 0), (status.Failed, status.Truncated, status.GivenUp.Length));
        string[] told = ["Expected JSON: ", "found number", "has 302 tokens; expected at most 256"];
        Assert.All(status.Failures.Zip(told), pair => Assert.Contains(pair.Second, pair.First.Message, StringComparison.Ordinal));
        Assert.Equal(refusing.Written().Failures, status.Failures);
        AssertExact(refusing, status, texts, 3);

        using Work cutting = new(lines, 700);
        await silos.Job("cut").Submit(cutting.Request);
        status = await silos.FinishedAsync("cut");
        Assert.Equal((2, 1), (status.Failed, status.Truncated));
        AssertExact(cutting, status, [.. texts[..30], tooLong, .. texts[30..]], 2);
    }

    /// <summary>A disk that is full, or a share that is not there.</summary>
    [Fact]
    public async Task A_piece_that_cannot_be_written_is_given_up_with_its_reason()
    {
        string[] texts = Texts(3);
        using Work work = new(Lines(texts), 1 << 20);
        Directory.Delete(work.Request.Output);
        await using Silos silos = await Silos.StartAsync(model.Embedders, new(), count: 1, generations: 3);
        await silos.Job().Submit(work.Request);
        JobStatus status = await silos.FinishedAsync();
        Assert.Contains("Could not find a part of the path", Assert.Single(status.GivenUp).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(work.Request.Output);
        await silos.Job().Submit(work.Request);
        AssertExact(work, await silos.FinishedAsync(), texts, 0);
    }

    /// <summary>Nothing is left of the first cluster but its store and what it has written.</summary>
    [Fact]
    public async Task A_job_goes_on_when_all_silos_have_died()
    {
        string[] texts = Texts(240);
        using Work work = new(Lines(texts), 500);
        var store = new OutsideStore();
        int told = 0;
        TaskCompletionSource half = new(), dead = new(), seen = new();
        var embedded = new ConcurrentBag<int>();
        await using (Silos silos = await Silos.StartAsync(model.Embedders, store, count: 2, around: async (call, _) =>
        {
            await call.Invoke();
            if (call.MethodName == nameof(IJobGrain.Complete) && Interlocked.Increment(ref told) == 10) half.SetResult();
            if (half.Task.IsCompleted) await dead.Task; // nothing is answered any more
        }))
        {
            await silos.Job().Submit(work.Request);
            await half.Task.WaitAsync(TimeSpan.FromMinutes(5));
            store.Faults = _ => Fault.Before; // whoever is dead writes nothing
            Task[] kills = [.. silos.Cluster.Silos.Select(silos.Cluster.KillSiloAsync)];
            dead.SetResult();
            await Task.WhenAll(kills);
        }
        store.Faults = _ => Fault.None;

        await using Silos others = await Silos.StartAsync(model.Embedders, store, count: 2, lease: TimeSpan.FromSeconds(2), around: async (call, _) =>
        {
            if (call.MethodName == nameof(IEmbedderGrain.Embed))
            {
                embedded.Add(((Piece)call.Request.GetArgument(0)!).Number);
                await seen.Task;
            }
            await call.Invoke();
        });
        int before = (await others.Job().Status()).Done;
        seen.SetResult();
        Assert.InRange(before, 10, work.Request.Pieces - 2);
        JobStatus status = await others.FinishedAsync(); // nobody submits it again
        AssertExact(work, status, texts, 0);
        Assert.InRange(embedded.Distinct().Count(), 1, work.Request.Pieces - 10);
    }

    /// <summary>A store that is away at times, before or after it has written, costs time and nothing else.</summary>
    [Fact]
    public async Task A_store_may_fail()
    {
        string[] texts = Texts(100);
        using Work work = new(Lines(texts), 500);
        var store = new OutsideStore();
        await using Silos silos = await Silos.StartAsync(model.Embedders, store, count: 2, lease: TimeSpan.FromSeconds(3));
        await silos.Job().Submit(work.Request);
        store.Faults = write => (write % 10) switch
        {
            4 => Fault.Before,
            8 => Fault.After,
            _ => Fault.None,
        };
        AssertExact(work, await silos.FinishedAsync(), texts, 0);
    }

    /// <summary>Passages of some twenty words, each another one.</summary>
    private static string[] Texts(int count)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(i => $"{i} {string.Join(' ', Enumerable.Range(0, random.Next(5, 30)).Select(_ => s_words[random.Next(s_words.Length)]))}")];
    }

    private static IEnumerable<string> Lines(IEnumerable<string> texts) => texts.Select(text => JsonSerializer.Serialize(text));

    /// <summary>Nothing is lost, nothing is there twice, nothing differs: in the files, and in what the job says.</summary>
    private void AssertExact(Work work, JobStatus status, string[] texts, int failed)
    {
        Embeddings expected = model.Alone.Embed(texts);
        Shard written = work.Written();
        Assert.Equal(texts.Length, written.Offsets.Length);
        Assert.Equal(written.Offsets.Distinct().Order(), written.Offsets);
        Assert.Equal(expected.Values, written.Vectors);
        Assert.Equal((work.Request.Pieces, 0, texts.Length, failed), (status.Done, status.Leased, (int)status.Passages, (int)status.Failed));
        Assert.Equal(Enumerable.Range(0, texts.Length).Sum(expected.TokensOf), status.Tokens);
        Assert.Equal((status.Done, status.Passages), (status.Silos.Sum(silo => silo.Pieces), status.Silos.Sum(silo => silo.Passages)));
        Assert.Equal(work.Request.Pieces, Directory.GetFiles(work.Request.Output).Length);
    }
}
