using System.Diagnostics;

namespace Attention.Llamas;

/// <summary>The time of one thing and how near it comes to what bounds it, which is measured before and behind each round: on a shared machine a bound of another minute is another bound.</summary>
/// <param name="amount">What is done each time: operations or bytes.</param>
/// <param name="bound">Measures how many a second there can be.</param>
internal sealed class Share(double amount, Func<double> bound)
{
    private readonly List<double> _shares = [];
    private double _best = double.MaxValue, _slowest = double.MaxValue, _fastest;

    /// <summary>The fastest time and the median share of all rounds.</summary>
    public Figure Figure => new(_best, _shares.Order().ElementAt(_shares.Count / 2), _slowest, _fastest);

    /// <summary>Does it some times; the fastest counts, against the faster of both bounds.</summary>
    public void Round(int times, Action<int> work)
    {
        double before = bound(), best = double.MaxValue;
        for (int i = 0; i < times; i++)
        {
            long start = Stopwatch.GetTimestamp();
            work(i);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        double after = bound(), fastest = Math.Max(before, after);
        _shares.Add(amount / best * 1000 / fastest);
        _best = Math.Min(_best, best);
        _slowest = Math.Min(_slowest, Math.Min(before, after));
        _fastest = Math.Max(_fastest, fastest);
    }
}

/// <summary>What a <see cref="Share"/> has found.</summary>
/// <param name="Milliseconds">The fastest time.</param>
/// <param name="Share">The median share of the bound.</param>
/// <param name="Slowest">The lowest bound, a second.</param>
/// <param name="Fastest">The highest.</param>
internal sealed record Figure(double Milliseconds, double Share, double Slowest, double Fastest);
