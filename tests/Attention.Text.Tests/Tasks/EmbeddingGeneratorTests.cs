using System.Diagnostics;
using System.Diagnostics.Metrics;
using Attention.Extensions.AI;
using Attention.Models;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Attention.Text.Tests;

public sealed class EmbeddingGeneratorTests(MiniLmFolder folder) : IClassFixture<MiniLmFolder>
{
    [Fact]
    public async Task A_container_gives_a_generator_that_is_traced_counted_and_logged()
    {
        var logger = new Kept();
        var activities = new List<Activity>();
        long texts = 0, tokens = 0;
        using var activityListener = new ActivityListener { ShouldListenTo = source => source.Name == Telemetry.Name, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData, ActivityStopped = activities.Add };
        ActivitySource.AddActivityListener(activityListener);
        using var meterListener = new MeterListener { InstrumentPublished = (instrument, listener) => { if (instrument.Meter.Name == Telemetry.Name) listener.EnableMeasurementEvents(instrument); } };
        meterListener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _ = instrument.Name == "attention.texts" ? texts += value : tokens += value);
        meterListener.Start();

        var services = new ServiceCollection();
        services.AddSingleton<ILogger<TextEmbeddingGenerator>>(logger);
        services.AddSingleton(_ => MiniLm.Load(folder.Path));
        services.AddTextEmbedder(provider => TextEmbedder.Of(provider.GetRequiredService<MiniLm>().CreateSession, folder.Path, new() { Texts = new() { Sessions = 2 } }), "all-MiniLM-L6-v2");
        await using ServiceProvider provider = services.BuildServiceProvider();
        IEmbeddingGenerator<string, Embedding<float>> generator = provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();
        TextEmbedder embedder = provider.GetRequiredService<TextEmbedder>();
        string[] given = ["one text", "another", string.Join(' ', Enumerable.Repeat("long", 300))];
        GeneratedEmbeddings<Embedding<float>> generated = await generator.GenerateAsync(given, cancellationToken: TestContext.Current.CancellationToken);

        for (int i = 0; i < given.Length; i++) Assert.Equal(embedder.Embed(given[i]), generated[i].Vector.ToArray());
        Assert.Equal(4 + 3 + 256, generated.Usage!.InputTokenCount);
        Assert.Equal((3L, 263L), (texts, tokens));
        Assert.Equal("embeddings", Assert.Single(activities).OperationName);
        Assert.Equal("Text 2 has more than 256 tokens and was cut", Assert.Single(logger.Messages));
        Assert.Equal(384, generator.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelDimensions);
        Assert.Same(embedder, generator.GetService<TextEmbedder>());
        Assert.Contains("384", (await Assert.ThrowsAsync<ArgumentException>(() => generator.GenerateAsync(["a"], new() { Dimensions = 100 }))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => generator.GenerateAsync(["a"], new() { ModelId = "another" }));
    }

    [Fact]
    public async Task A_class_of_the_gallery_is_a_whole_program()
    {
        using TextEmbedder embedder = await TextEmbedder.LoadAsync<MiniLmL6>(folder.Path, cancellation: TestContext.Current.CancellationToken);
        using MiniLm model = MiniLm.Load(folder.Path);
        using TextEmbedder own = TextEmbedder.Of(model.CreateSession, folder.Path);
        Assert.Equal(own.Embed("a sentence"), embedder.Embed("a sentence"));
    }

    /// <summary>The files are looked for where Hugging Face's tools keep them, by the commit that main names.</summary>
    [Fact]
    public void Files_are_found_in_the_cache_of_the_hub()
    {
        using var cache = new TemporaryFolder();
        string? before = Environment.GetEnvironmentVariable("HF_HUB_CACHE");
        Environment.SetEnvironmentVariable("HF_HUB_CACHE", cache.Path);
        try
        {
            var source = new Pretrained("owner/name", "MIT", ["a.txt", "b.txt"]);
            string message = Assert.Throws<FileNotFoundException>(source.Find).Message;
            Assert.EndsWith("expected a.txt, b.txt of owner/name, found none. Fetch them with: attention pull owner/name", message);
            string repository = Path.Combine(cache.Path, "models--owner--name"), snapshot = Path.Combine(repository, "snapshots", "abc");
            Directory.CreateDirectory(snapshot);
            Directory.CreateDirectory(Path.Combine(repository, "refs"));
            File.WriteAllText(Path.Combine(snapshot, "a.txt"), "");
            Assert.Contains("found not all of them", Assert.Throws<FileNotFoundException>(source.Find).Message, StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(snapshot, "b.txt"), "");
            Assert.Equal(snapshot, source.Find());
            File.WriteAllText(Path.Combine(repository, "refs", "main"), "abc\n");
            Assert.Equal(snapshot, source.Find());
            File.WriteAllText(Path.Combine(repository, "refs", "main"), "../../..");
            Assert.Throws<FileNotFoundException>(source.Find);
        }
        finally
        {
            Environment.SetEnvironmentVariable("HF_HUB_CACHE", before);
        }
    }

    private sealed class Kept : ILogger<TextEmbeddingGenerator>
    {
        public List<string> Messages { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Messages.Add(formatter(state, exception));
    }
}
