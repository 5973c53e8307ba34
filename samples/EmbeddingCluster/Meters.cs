using System.Diagnostics.Metrics;

namespace EmbeddingCluster;

/// <summary>What a silo measures, as the meter <c>EmbeddingCluster</c>.</summary>
internal sealed class Meters(IMeterFactory factory, Member member)
{
    /// <summary>The meter's name.</summary>
    public const string Name = "EmbeddingCluster";

    private readonly Counter<long> _passages = factory.Create(Name).CreateCounter<long>("embedding.passages", "{passage}", "Passages with a vector.");
    private readonly Counter<long> _tokens = factory.Create(Name).CreateCounter<long>("embedding.tokens", "{token}", "Tokens read.");
    private readonly Counter<long> _failures = factory.Create(Name).CreateCounter<long>("embedding.failures", "{passage}", "Passages without a vector.");
    private readonly Histogram<double> _duration = factory.Create(Name).CreateHistogram<double>("embedding.piece.duration", "s", "From a piece's text to its written vectors.");

    /// <summary>Counts a piece.</summary>
    public void Count(string job, PieceResult result, TimeSpan duration)
    {
        KeyValuePair<string, object?> silo = new("silo", member.Name), of = new("job", job);
        _passages.Add(result.Passages, silo, of);
        _tokens.Add(result.Tokens, silo, of);
        _failures.Add(result.Failed, silo, of);
        _duration.Record(duration.TotalSeconds, silo, of);
    }
}
