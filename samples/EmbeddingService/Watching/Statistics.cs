using System.Diagnostics;

namespace EmbeddingService.Watching;

/// <summary>What happened in a second.</summary>
internal record struct Second(long At, int Requests, int Rejected, int Texts, int Tokens, int Room);

/// <summary>The last two minutes, second by second, and how long the last requests took.</summary>
internal sealed class Statistics
{
    private const int Seconds = 120, Latencies = 4096;

    private readonly Lock _lock = new();
    private readonly Second[] _seconds = new Second[Seconds];
    private readonly (long At, float Milliseconds)[] _latencies = new (long, float)[Latencies];
    private readonly long _began = Stopwatch.GetTimestamp();
    private long _answered;

    /// <summary>Whole seconds since the service began.</summary>
    public long Now => (long)Stopwatch.GetElapsedTime(_began).TotalSeconds;

    /// <summary>Tokens that were computed a second, over the last full ones.</summary>
    public double TokensPerSecond
    {
        get
        {
            Second[] last = Last(5);
            return last.Length == 0 ? 0 : last.Average(second => second.Tokens);
        }
    }

    public void Answered(TimeSpan took)
    {
        lock (_lock)
        {
            At().Requests++;
            _latencies[_answered++ % Latencies] = (Now, (float)took.TotalMilliseconds);
        }
    }

    public void Rejected()
    {
        lock (_lock) At().Rejected++;
    }

    /// <summary>A batch was computed.</summary>
    /// <param name="texts">How many texts it had.</param>
    /// <param name="tokens">And tokens.</param>
    /// <param name="room">How many tokens it had room for.</param>
    public void Batch(int texts, int tokens, int room)
    {
        lock (_lock)
        {
            ref Second second = ref At();
            second.Texts += texts;
            second.Tokens += tokens;
            second.Room += Math.Max(tokens, room);
        }
    }

    /// <summary>The last full seconds, oldest first; fewer while the service is younger.</summary>
    public Second[] Last(int count)
    {
        lock (_lock)
        {
            long now = Now;
            return [.. Enumerable.Range(0, count).Select(i => now - count + i).Where(at => at >= 0).Select(at => _seconds[at % Seconds] is var second && second.At == at ? second : new Second { At = at })];
        }
    }

    /// <summary>The milliseconds that shares of the requests of the last seconds were answered within; none where there were no requests.</summary>
    public double[]? Quantiles(int seconds, params ReadOnlySpan<double> shares)
    {
        float[] sorted;
        lock (_lock)
        {
            long since = Now - seconds;
            sorted = [.. _latencies.Take((int)Math.Min(_answered, Latencies)).Where(one => one.At >= since).Select(one => one.Milliseconds)];
        }
        if (sorted.Length == 0) return null;
        Array.Sort(sorted);
        double[] quantiles = new double[shares.Length];
        for (int i = 0; i < shares.Length; i++) quantiles[i] = Math.Round(sorted[(int)Math.Ceiling(shares[i] * sorted.Length) - 1], 2);
        return quantiles;
    }

    private ref Second At()
    {
        long now = Now;
        ref Second second = ref _seconds[now % Seconds];
        if (second.At != now) second = new Second { At = now };
        return ref second;
    }
}
