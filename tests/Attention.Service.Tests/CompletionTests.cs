using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Attention.Text;
using EmbeddingService.Completions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Attention.Service.Tests;

/// <summary>POST /v1/completions.</summary>
public sealed class CompletionTests(Real real)
{
    private const string Model = "stories260K";

    [Fact]
    public async Task A_text_is_the_generators_own()
    {
        await using Running service = await Running.StartAsync(real.Model);
        foreach ((string prompt, int most, int seed) in new[] { ("Once upon", 40, 7), ("", 600, 3), ("Lily </s> saw", 20, -1) })
        {
            JsonElement body = await (await service.Http.PostAsJsonAsync("v1/completions", new { model = Model, prompt, max_tokens = most, seed })).Content.ReadFromJsonAsync<JsonElement>();
            JsonElement choice = body.GetProperty("choices").EnumerateArray().Single(), usage = body.GetProperty("usage");
            Assert.Equal(real.Generator.Generate(prompt, new() { MaximumLength = most, Seed = (ulong)seed }), choice.GetProperty("text").GetString());
            int tokens = usage.GetProperty("completion_tokens").GetInt32(), before = usage.GetProperty("prompt_tokens").GetInt32();
            Assert.Equal(Math.Max(1, real.Generator.Tokenizer.CountTokens(prompt, new() { SpecialTokensInText = false })), before);
            Assert.Equal(most == 600 ? "stop" : "length", choice.GetProperty("finish_reason").GetString());
            Assert.Equal((before + tokens, most != 600), (usage.GetProperty("total_tokens").GetInt32(), tokens == most));
        }
    }

    [Fact]
    public async Task Greedy_is_a_temperature_of_0()
    {
        await using Running service = await Running.StartAsync(real.Model);
        string expected = real.Generator.Generate("Once", new() { Sample = false, MaximumLength = 16 });
        Assert.Equal(expected, (await StreamAsync(service, new { model = Model, prompt = "Once", temperature = 0, stream = true })).Text);
    }

    /// <summary>Texts that step together, joining and leaving as they come, have the tokens that each has alone.</summary>
    [Fact]
    public async Task Streams_of_many_are_each_as_alone()
    {
        await using Running service = await Running.StartAsync(real.Model, "--Completion:Together=4");
        (string Prompt, int Most)[] wishes = [.. Enumerable.Range(0, 12).Select(i => (new[] { "Once upon", "Lily", "The dog was big. He", "" }[i % 4], 10 + (i * 13 % 60)))];
        (string Text, string? End, int Pieces)[] found = await Task.WhenAll(wishes.Select((wish, i) =>
            StreamAsync(service, new { model = Model, prompt = wish.Prompt, max_tokens = wish.Most, seed = i, stream = true })));
        Assert.Equal(wishes.Select((wish, i) => real.Generator.Generate(wish.Prompt, new() { MaximumLength = wish.Most, Seed = (ulong)i })), found.Select(one => one.Text));
        Assert.All(found, one => Assert.Equal("length", one.End));
        Assert.All(found, one => Assert.True(one.Pieces > 3));
        Writers writers = service.App.Services.GetRequiredService<Writers>();
        await Running.UntilAsync(() => writers.Open == 0);
        Assert.Equal(0, writers.Stepping);
    }

    [Fact]
    public async Task Several_prompts_are_several_choices()
    {
        await using Running service = await Running.StartAsync(real.Model, "--Completion:Together=2");
        string[] prompts = ["Once upon", "Lily", "The dog"];
        JsonElement body = await (await service.Http.PostAsJsonAsync("v1/completions", new { model = Model, prompt = prompts, max_tokens = 12, seed = 5 })).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(prompts.Select((prompt, i) => (i, (string?)real.Generator.Generate(prompt, new() { MaximumLength = 12, Seed = 5 + (ulong)i }))),
            body.GetProperty("choices").EnumerateArray().Select(choice => (choice.GetProperty("index").GetInt32(), choice.GetProperty("text").GetString())));
        Assert.Equal(36, body.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task More_than_may_wait_are_refused_and_places_come_back()
    {
        await using Running service = await Running.StartAsync(real.Model, "--Completion:Together=1", "--Completion:Waiting=1");
        HttpResponseMessage refused = await service.Http.PostAsJsonAsync("v1/completions", new { model = Model, prompt = new[] { "a", "b", "c" } });
        Assert.Equal((429, "rate_limit_exceeded"), await Running.ErrorAsync(refused) is var error ? (error.Status, error.Code) : default);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);

        // Who goes away in the middle of a text frees its place.
        for (int i = 0; i < 5; i++)
        {
            using var gone = new CancellationTokenSource();
            using HttpRequestMessage request = new(HttpMethod.Post, "v1/completions") { Content = JsonContent.Create(new { model = Model, prompt = "Once", max_tokens = 500, stream = true }) };
            using HttpResponseMessage answer = await service.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, gone.Token);
            gone.Cancel();
        }
        Writers writers = service.App.Services.GetRequiredService<Writers>();
        await Running.UntilAsync(() => writers.Open == 0);
        Assert.Equal("length", (await StreamAsync(service, new { model = Model, prompt = "Once", stream = true })).End);
    }

    [Theory]
    [InlineData("prompt", "prompt: expected a text or an array of texts, no token ids, found 1.", """{"model":"stories260K","prompt":[1,2]}""")]
    [InlineData("prompt", "prompt: expected a text or an array of texts, found true or false.", """{"model":"stories260K","prompt":true}""")]
    [InlineData("stop", "stop: this service does not know it; leave it out.", """{"model":"stories260K","prompt":"a","stop":["."]}""")]
    [InlineData("n", "n: this service does not know it; leave it out.", """{"model":"stories260K","prompt":"a","n":2}""")]
    [InlineData("temperature", "temperature: expected a number from 0 to 2, found 3.", """{"model":"stories260K","prompt":"a","temperature":3}""")]
    [InlineData("top_p", "top_p: expected above 0 and at most 1, found 0.", """{"model":"stories260K","prompt":"a","top_p":0}""")]
    [InlineData("max_tokens", "max_tokens: expected a whole number of at least 1, found 0.", """{"model":"stories260K","prompt":"a","max_tokens":0}""")]
    [InlineData("stream", "stream: expected true or false, found a string.", """{"model":"stories260K","prompt":"a","stream":"yes"}""")]
    public async Task Wrong_requests_are_told_what_is_wrong(string param, string message, string body)
    {
        await using Running service = await Running.StartAsync(real.Model);
        var error = await Running.ErrorAsync(await service.PostAsync("v1/completions", body));
        Assert.Equal((400, message, param), (error.Status, error.Message, error.Param));
        Assert.Equal(400, (int)(await service.PostAsync("v1/completions", JsonSerializer.Serialize(new { model = Model, prompt = string.Join(' ', Enumerable.Repeat("story", 600)) }))).StatusCode);
    }

    private static async Task<(string Text, string? End, int Pieces)> StreamAsync(Running service, object wish)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "v1/completions") { Content = JsonContent.Create(wish) };
        using HttpResponseMessage answer = await service.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        string[] events = (await answer.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", events[^1]);
        JsonElement[] choices = [.. events[..^1].Select(one => JsonElement.Parse(one["data: ".Length..]).GetProperty("choices")[0])];
        return (string.Concat(choices.Select(choice => choice.GetProperty("text").GetString())), choices[^1].GetProperty("finish_reason").GetString(), choices.Length);
    }
}
