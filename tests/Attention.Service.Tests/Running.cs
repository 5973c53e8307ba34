using System.ClientModel;
using System.ClientModel.Primitives;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EmbeddingService.Batching;
using EmbeddingService.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenAI;
using OpenAI.Embeddings;
using Xunit;

namespace Attention.Service.Tests;

/// <summary>A service that listens on a port of its own.</summary>
internal sealed class Running : IAsyncDisposable
{
    public const string Model = "all-MiniLM-L6-v2";

    private Running(WebApplication app)
    {
        App = app;
        Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Http = new() { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };
    }

    public WebApplication App { get; }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public EmbeddingQueue Queue => App.Services.GetRequiredService<Batcher>().Queue;

    public static Task<Running> StartAsync(IEmbeddingModel? model, params string[] settings) => StartAsync(model, _ => { }, settings);

    public static async Task<Running> StartAsync(IEmbeddingModel? model, Action<IServiceCollection> change, params string[] settings)
    {
        WebApplication app = EmbeddingService.Service.Build(["--urls", "http://127.0.0.1:0", .. settings], services =>
        {
            if (model is not null) services.AddSingleton<IEmbeddingModel>(new Shared(model));
            services.AddLogging(logging => logging.ClearProviders());
            change(services);
        });
        await app.StartAsync();
        return new(app);
    }

    /// <summary>OpenAI's client of embeddings, which tries once.</summary>
    public EmbeddingClient Client(string key = "any", string model = Model) => new(model, new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new(Address, "v1"), RetryPolicy = new ClientRetryPolicy(0) });

    public Task<HttpResponseMessage> PostAsync(string path, string body, CancellationToken cancellation = default) => Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), cancellation);

    public Task<HttpResponseMessage> EmbedAsync(object input, CancellationToken cancellation = default) => Http.PostAsJsonAsync("v1/embeddings", new { model = Model, input }, cancellation);

    /// <summary>The vectors of an answer, which has to be one.</summary>
    public static async Task<float[][]> VectorsAsync(HttpResponseMessage answer)
    {
        JsonElement body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, body.ToString());
        return [.. body.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("embedding").EnumerateArray().Select(value => value.GetSingle()).ToArray())];
    }

    /// <summary>The error of an answer, of OpenAI's shape.</summary>
    public static async Task<(int Status, string Message, string Type, string? Param, string? Code)> ErrorAsync(HttpResponseMessage answer)
    {
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        JsonElement error = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        Assert.Equal(["message", "type", "param", "code"], error.EnumerateObject().Select(member => member.Name));
        return ((int)answer.StatusCode, error.GetProperty("message").GetString()!, error.GetProperty("type").GetString()!, error.GetProperty("param").GetString(), error.GetProperty("code").GetString());
    }

    /// <summary>Waits until something holds.</summary>
    public static async Task UntilAsync(Func<bool> holds)
    {
        long began = Stopwatch.GetTimestamp();
        while (!holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(5), "What is waited for does not come.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.DisposeAsync();
    }

    /// <summary>A model that stays its owner's.</summary>
    private sealed class Shared(IEmbeddingModel inner) : IEmbeddingModel
    {
        public int Dimensions => inner.Dimensions;

        public int MaxLength => inner.MaxLength;

        public int Vocabulary => inner.Vocabulary;

        public int[] Encode(string text) => inner.Encode(text);

        public void Embed(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, Span<float> vectors) => inner.Embed(tokens, lengths, vectors);

        public void Dispose()
        {
        }
    }
}
