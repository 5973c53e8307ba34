using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EmbeddingService.Batching;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Attention.Service.Tests;

/// <summary>How requests of many share batches, and what holds when there are too many, or they end early, or fail.</summary>
public sealed class BatchingTests(Real real)
{
    private static readonly string[] s_one = ["--Embedding:Sessions=1", "--Completion:Enabled=false"];

    /// <summary>Alone, in a batch of any others, on any session: the same bits.</summary>
    [Fact]
    public async Task Vectors_under_load_are_those_of_texts_alone()
    {
        await using Running service = await Running.StartAsync(null, "--Embedding:TokensInFlight=100000", "--Completion:Enabled=false");
        string[] texts = [.. Enumerable.Range(0, 300).Select(i => string.Join(' ', Enumerable.Range(i, 1 + (i * 7 % 40)).Select(word => $"word{word}")))];
        float[][][] found = await Task.WhenAll(texts.Chunk(3).SelectMany(some => new[] { some[..1], some[1..] }).Select(async some => await Running.VectorsAsync(await service.EmbedAsync(some))));
        Assert.Equal(texts.Select(text => real.Embedder.Embed(text)), found.SelectMany(vectors => vectors));
        Assert.Equal((0, 0), (service.Queue.TokensInFlight, service.Queue.TokensWaiting));
    }

    [Fact]
    public async Task What_waits_is_one_batch_as_far_as_it_has_room()
    {
        using var model = new WatchedModel(real.Model);
        await using Running service = await Running.StartAsync(model, [.. s_one, "--Embedding:BatchTokens=30"]);
        model.Gate.Reset();
        Task<HttpResponseMessage> first = service.EmbedAsync("a");
        await model.EnteredAsync();
        Task<HttpResponseMessage>[] others = [.. Enumerable.Range(0, 11).Select(_ => service.EmbedAsync("a"))]; // of 3 tokens each
        await Running.UntilAsync(() => service.Queue.TokensWaiting == 33);
        model.Gate.Set();
        foreach (Task<HttpResponseMessage> one in others.Prepend(first)) Assert.Equal([real.Embedder.Embed("a")], await Running.VectorsAsync(await one));
        Assert.Equal([1, 10, 1], model.Batches.Select(batch => batch.Length));
    }

    [Fact]
    public async Task A_text_above_the_budget_runs_alone()
    {
        using var model = new WatchedModel(real.Model);
        await using Running service = await Running.StartAsync(model, [.. s_one, "--Embedding:BatchTokens=16"]);
        string text = string.Join(' ', Enumerable.Repeat("word", 100));
        float[][] found = await Running.VectorsAsync(await service.EmbedAsync(new[] { "a", text, "b" }));
        Assert.Equal(new[] { "a", text, "b" }.Select(one => real.Embedder.Embed(one)), found);
        Assert.Equal([[3], [102], [3]], model.Batches);
    }

    /// <summary>A request of many texts does not keep others waiting until its last.</summary>
    [Fact]
    public async Task Large_requests_take_turns_with_others()
    {
        using var model = new WatchedModel(real.Model);
        await using Running service = await Running.StartAsync(model, [.. s_one, "--Embedding:BatchTokens=9"]);
        model.Gate.Reset();
        Task<HttpResponseMessage> large = service.EmbedAsync(Enumerable.Repeat("a", 12));
        await model.EnteredAsync();
        Task<HttpResponseMessage> small = service.EmbedAsync("two words");
        await Running.UntilAsync(() => service.Queue.TokensWaiting == 27 + 4);
        model.Gate.Set();
        await Task.WhenAll(large, small);
        Assert.Equal([3, 3, 3], model.Batches[0]);
        Assert.Equal(4, model.Batches[1..].SelectMany(batch => batch).ToArray()[3]); // after one more turn of the large one
        Assert.Equal(12, (await Running.VectorsAsync(await large)).Length);
    }

    /// <summary>Whatever a request asks for, it is refused while as many tokens are in flight as there may be, and only then.</summary>
    [Fact]
    public async Task A_full_service_says_when_to_come_again()
    {
        using var model = new WatchedModel(real.Model);
        await using Running service = await Running.StartAsync(model, [.. s_one, "--Embedding:TokensInFlight=12"]);
        model.Gate.Reset();
        Task<HttpResponseMessage> first = service.EmbedAsync("a");
        await model.EnteredAsync();
        Task<HttpResponseMessage> second = service.EmbedAsync(Enumerable.Repeat("a", 4)); // is taken as one text would be
        await Running.UntilAsync(() => service.Queue.TokensInFlight == 15);
        foreach (object input in new object[] { "a", Enumerable.Repeat("a", 50) })
        {
            HttpResponseMessage refused = await service.EmbedAsync(input);
            var error = await Running.ErrorAsync(refused);
            Assert.Equal((429, "rate_limit_error", "rate_limit_exceeded"), (error.Status, error.Type, error.Code));
            Assert.StartsWith("The service is full: 15 tokens are in flight, of 12.", error.Message, StringComparison.Ordinal);
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        }
        Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync("health")).StatusCode);
        model.Gate.Set();
        Assert.Single(await Running.VectorsAsync(await first));
        Assert.Equal(4, (await Running.VectorsAsync(await second)).Length);
        await Running.UntilAsync(() => service.Queue.TokensInFlight == 0);
        Assert.Single(await Running.VectorsAsync(await service.EmbedAsync("a")));
        Assert.Matches("(?m)^service_rejected_total{.*} 2$", await service.Http.GetStringAsync("metrics"));
    }

    [Fact]
    public async Task Cancelled_requests_leave_the_queue_and_the_worker_goes_on()
    {
        using var model = new WatchedModel(real.Model);
        await using Running service = await Running.StartAsync(model, s_one);
        model.Gate.Reset();
        using CancellationTokenSource early = new(), late = new();
        Task<HttpResponseMessage> computed = service.EmbedAsync("computed", early.Token);
        await model.EnteredAsync();
        Task<HttpResponseMessage> waiting = service.EmbedAsync(new[] { "never computed", "neither" }, late.Token), stays = service.EmbedAsync("a");
        await Running.UntilAsync(() => service.Queue.TokensWaiting == 4 + 3 + 3);
        late.Cancel();
        await Running.UntilAsync(() => service.Queue.TokensWaiting == 3);
        early.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => computed);
        model.Gate.Set();
        Assert.Equal([real.Embedder.Embed("a")], await Running.VectorsAsync(await stays));
        await Running.UntilAsync(() => service.Queue.TokensInFlight == 0);
        Assert.Equal([[3], [3]], model.Batches);
        Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync("health")).StatusCode);
    }

    [Fact]
    public async Task What_fails_takes_no_other_with_it()
    {
        int failing = real.Model.Encode("poison")[1];
        using var model = new WatchedModel(real.Model) { Failing = failing };
        await using Running service = await Running.StartAsync(model, s_one);
        model.Gate.Reset();
        Task<HttpResponseMessage> first = service.EmbedAsync("a");
        await model.EnteredAsync();
        Task<HttpResponseMessage> good = service.EmbedAsync("b"), bad = service.EmbedAsync(new[] { "c", "poison" }), other = service.EmbedAsync("d");
        await Running.UntilAsync(() => service.Queue.TokensWaiting >= 12);
        model.Gate.Set();
        Assert.Equal([real.Embedder.Embed("a")], await Running.VectorsAsync(await first));
        Assert.Equal([real.Embedder.Embed("b")], await Running.VectorsAsync(await good));
        Assert.Equal([real.Embedder.Embed("d")], await Running.VectorsAsync(await other));
        Assert.Equal((500, "server_error"), await Running.ErrorAsync(await bad) is var error ? (error.Status, error.Type) : default);
        Assert.Equal([real.Embedder.Embed("e")], await Running.VectorsAsync(await service.EmbedAsync("e")));
        await Running.UntilAsync(() => service.Queue.TokensInFlight == 0);
    }

    [Fact]
    public async Task Health_tells_of_workers_that_are_stuck_or_have_stopped()
    {
        using var model = new WatchedModel(real.Model);
        await using Running service = await Running.StartAsync(model, [.. s_one, "--Service:StuckAfterSeconds=0.05"]);
        Assert.Equal((200, "healthy", null), await HealthAsync());
        model.Gate.Reset();
        Task<HttpResponseMessage> held = service.EmbedAsync("a");
        await model.EnteredAsync();
        await Task.Delay(60);
        (int status, string? told, string? reason) = await HealthAsync();
        Assert.Equal((503, "unhealthy"), (status, told));
        Assert.Matches(@"^Worker 0 of 1 has been at one batch for \d+\.\d s; expected at most 0\.05\.$", reason);
        Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync("health/live")).StatusCode);
        model.Gate.Set();
        await held;
        await Running.UntilAsync(() => service.Queue.TokensInFlight == 0);
        Assert.Equal((200, "healthy", null), await HealthAsync());

        await service.App.Services.GetRequiredService<Batcher>().StopAsync(default);
        Assert.Equal((503, "unhealthy", "Worker 0 of 1 has stopped."), await HealthAsync());
        Assert.Equal(500, (await Running.ErrorAsync(await service.EmbedAsync("a"))).Status);

        async Task<(int, string?, string?)> HealthAsync()
        {
            HttpResponseMessage answer = await service.Http.GetAsync("health");
            JsonElement body = await answer.Content.ReadFromJsonAsync<JsonElement>();
            return ((int)answer.StatusCode, body.GetProperty("status").GetString(), body.GetProperty("reason").GetString());
        }
    }
}
