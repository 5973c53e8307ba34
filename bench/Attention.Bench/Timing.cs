namespace Attention.Bench;

/// <summary>Runs in a row, and what is made of their times and results.</summary>
internal static class Timing
{
    /// <summary>The fewest runs of a turn that count, unless they are long.</summary>
    public const int LeastRuns = 20;

    /// <summary>Enough to tell which of many candidates is fastest.</summary>
    public const double TrialMilliseconds = 500;

    private const int Uncounted = 2;
    private const int LeastLongRuns = 3;
    private const double TurnMilliseconds = 250;

    /// <summary>
    /// Milliseconds of each of many runs one after the other, as <paramref name="run"/> itself measures them; the first two,
    /// which the other side's data delays, do not count, of long ones the first.
    /// </summary>
    /// <param name="run">Runs once and says how long it took.</param>
    /// <param name="enough">After so many milliseconds a few runs will do.</param>
    public static double[] Burst(Func<double> run, double enough = 2000)
    {
        double sum = 0;
        for (int i = 0; i < Uncounted && sum < TurnMilliseconds; i++)
            sum += run();
        var times = new List<double>();
        sum = 0;
        while ((times.Count < LeastRuns || sum < TurnMilliseconds) && (times.Count < LeastLongRuns || sum < enough))
        {
            times.Add(run());
            sum += times[^1];
        }

        return [.. times];
    }

    /// <summary>The largest, over the rows, of the difference's Euclidean norm by the row's own.</summary>
    public static double LargestError(ReadOnlySpan<float> rows, ReadOnlySpan<float> others, int width)
    {
        double largest = 0;
        for (int start = 0; start < rows.Length; start += width)
        {
            double difference = 0, size = 0;
            for (int i = start; i < start + width; i++)
            {
                difference += ((double)rows[i] - others[i]) * ((double)rows[i] - others[i]);
                size += (double)rows[i] * rows[i];
            }

            double error = Math.Sqrt(difference / size);
            if (!(error <= largest))
                largest = error;
        }

        return largest;
    }
}
