using System.ClientModel;
using System.Collections;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Attention.Bench;
using EmbeddingService.Options;
using EmbeddingService.Watching;
using OpenAI;
using OpenAI.Embeddings;
using Xunit;

namespace Attention.Service.Tests;

/// <summary>What docs/embedding-service.md says.</summary>
public sealed partial class PageTests(Real real)
{
    private static readonly string s_page = File.ReadAllText(Checkout.Find("docs", "embedding-service.md"));

    /// <summary>Its block of code is that of <see cref="Clients_work_as_shown"/> but for the address.</summary>
    [Fact]
    public void Code_is_run()
    {
        string source = File.ReadAllText(Checkout.Find("tests", "Attention.Service.Tests", "PageTests.cs"));
        string[] lines = Block().Match(s_page).Groups[1].Value.Replace("new Uri(\"http://localhost:5100/v1\")", "new Uri(service.Address, \"v1\")", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Contains(string.Join('\n', lines.Select(line => "        " + line)), source.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_work_as_shown()
    {
        await using Running service = await Running.StartAsync(real.Model);
        var options = new OpenAIClientOptions { Endpoint = new Uri(service.Address, "v1") };
        var client = new EmbeddingClient("all-MiniLM-L6-v2", new ApiKeyCredential("any"), options);
        OpenAIEmbeddingCollection vectors = await client.GenerateEmbeddingsAsync(["how are threads shared", "who owns weights"]);
        Assert.Equal(2, vectors.Count);
    }

    [Fact]
    public void Settings_are_told_with_what_they_are_unless_given()
    {
        string[] told = [.. Setting().Matches(s_page).Select(row => $"{row.Groups[1].Value} {row.Groups[2].Value}")];
        Assert.Equal(Defaults(EmbeddingOptions.Section, new EmbeddingOptions()).Concat(Defaults(CompletionOptions.Section, new CompletionOptions())).Concat(Defaults(ServiceOptions.Section, new ServiceOptions())), told);
    }

    /// <summary>All that the service measures, and nothing else.</summary>
    [Fact]
    public async Task Metrics_are_told()
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                lock (names)
                {
                    if (instrument.Meter.Name == Telemetry.Name) names.Add(instrument.Name);
                }
            },
        };
        listener.Start();
        await using Running service = await Running.StartAsync(real.Model, "--Completion:Enabled=false");
        lock (names) Assert.Equal(names, Metric().Matches(s_page).Select(name => name.Groups[1].Value).ToHashSet().Order(StringComparer.Ordinal));
        Assert.Contains($"`{Telemetry.Name}`", s_page, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Defaults(string section, object options) =>
        options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => $"{section}:{property.Name} " + (property.GetValue(options) switch
        {
            null or ICollection { Count: 0 } => "none",
            bool flag => flag ? "true" : "false",
            int count when property.Name == nameof(EmbeddingOptions.Sessions) && count == Environment.ProcessorCount => "the processors",
            string text => $"`{text}`",
            object value => Convert.ToString(value, CultureInfo.InvariantCulture),
        }));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\| `([A-Z]\w+:\w+)` \| (.*?) \|", RegexOptions.Multiline)]
    private static partial Regex Setting();

    [GeneratedRegex(@"`((?:embedding|service|completion)\.[a-z.]+)`")]
    private static partial Regex Metric();
}
