using System.Diagnostics;
using System.Text.Json;
using EmbeddingService.Watching;
using Microsoft.Extensions.Options;
using Xunit;

namespace Attention.Service.Tests;

/// <summary>What is set, and what is watched. A process has one meter of a name: while it is read no other service may count.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class ServiceTests(Real real)
{
    [Theory]
    [InlineData("Embedding:BatchTokens: expected from 1 to 65536, found 0.", "--Embedding:BatchTokens=0")]
    [InlineData("Embedding:Model: expected one of all-MiniLM-L6-v2, ", "--Embedding:Model=other")]
    [InlineData("Embedding:Folder: expected a folder that is there, found nowhere.", "--Embedding:Folder=nowhere")]
    [InlineData("Embedding:BatchMilliseconds: expected from 0 to 1000, found -0.5.", "--Embedding:BatchMilliseconds=-0.5")]
    [InlineData("Completion:Together: expected from 1 to 64, found 65.", "--Completion:Together=65")]
    [InlineData("Service:OtlpEndpoint: expected an absolute address, found collector.", "--Service:OtlpEndpoint=collector")]
    public async Task Wrong_settings_are_told_at_the_start(string expected, string setting)
    {
        OptionsValidationException told = await Assert.ThrowsAsync<OptionsValidationException>(() => Running.StartAsync(real.Model, setting));
        Assert.Contains(told.Failures, fault => fault.StartsWith(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("BatchTokns", "--Embedding:BatchTokns=1")]
    [InlineData("many", "--Embedding:BatchTokens=many")]
    public async Task A_setting_that_nobody_knows_is_told_at_the_start(string name, string setting) =>
        Assert.Contains(name, (await Assert.ThrowsAsync<InvalidOperationException>(() => Running.StartAsync(real.Model, setting))).ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task The_page_stats_and_metrics_tell_of_load()
    {
        await using Running service = await Running.StartAsync(real.Model, "--Embedding:Sessions=1");
        await service.EmbedAsync(new[] { "a", "b" });
        string page = await service.Http.GetStringAsync("");
        Assert.StartsWith("<!doctype html>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);

        await Task.Delay(1100); // a second is told once it is over
        JsonElement stats = JsonElement.Parse(await service.Http.GetStringAsync("stats"));
        Assert.Equal((Running.Model, 384, 1, 0, 16384), (stats.GetProperty("model").GetString(), stats.GetProperty("dimensions").GetInt32(), stats.GetProperty("sessions").GetInt32(),
            stats.GetProperty("tokensInFlight").GetInt32(), stats.GetProperty("mostTokens").GetInt32()));
        Assert.Equal((1, 6, 0), (Sum("requests"), Sum("tokens"), Sum("rejected")));
        Assert.Equal(0.012, stats.GetProperty("batchFill").GetDouble()); // 6 of 512 tokens
        Assert.True(stats.GetProperty("p50Milliseconds").GetDouble() > 0);

        string metrics = await service.Http.GetStringAsync("metrics");
        foreach (string line in new[]
        {
            "embedding_texts_total{.*} 2", "embedding_tokens_total{.*} 6", "embedding_batch_texts_sum{.*} 2", "embedding_batch_tokens_sum{.*} 6", "embedding_queue_duration_seconds_count{.*} 2",
            "embedding_inflight_tokens{.*} 0", @"http_server_request_duration_seconds_count{.*http_route=""/v1/embeddings"".*} 1",
        })
            Assert.Matches($"(?m)^{line}$", metrics);

        int Sum(string name) => stats.GetProperty("seconds").EnumerateArray().Sum(second => second.GetProperty(name).GetInt32());
    }

    /// <summary>A batch is a trace of its own, linked to the requests that it has texts of.</summary>
    [Fact]
    public async Task Batches_are_traced()
    {
        await using Running service = await Running.StartAsync(real.Model, "--Embedding:Sessions=1");
        Telemetry telemetry = (Telemetry)service.App.Services.GetService(typeof(Telemetry))!;
        var ended = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => ReferenceEquals(source, telemetry.Source),
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (ended) ended.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await service.EmbedAsync(new[] { "a", "b" });
        await Running.UntilAsync(() =>
        {
            lock (ended) return ended.Count == 2;
        });
        Activity batch = ended.Single(activity => activity.OperationName == "batch"), request = ended.Single(activity => activity.OperationName == "embeddings");
        Assert.Equal(request.SpanId, batch.Links.Single().Context.SpanId);
        Assert.Equal((2, 6, Running.Model), (batch.GetTagItem("embedding.texts"), request.GetTagItem("gen_ai.usage.input_tokens"), request.GetTagItem("gen_ai.request.model")));
    }
}

/// <summary>Tests that no others run beside.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;
