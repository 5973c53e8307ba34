using System.Diagnostics;
using System.Text;
using Attention.Dsl;

namespace Attention.Bench;

/// <summary>
/// The command <c>every-length</c>: what a token of the MiniLM-shaped encoder costs at each length. Each pass runs every
/// length once in an order of its own, so that what disturbs the machine for a while falls on all lengths alike.
/// </summary>
internal static class EveryLength
{
    private const int Longest = 128;

    /// <summary>Below it the weights' way from memory, not arithmetic, is what a token costs, and that falls with the length.</summary>
    private const int Flat = 16;

    private const int Neighbours = 4;

    public static int Run(Options options)
    {
        int passes = options.Number("--passes", options.Has("--quick") ? 3 : 15);
        using Stream checkpoint = RandomCheckpoint.Of([.. RandomCheckpoint.Encoder(6, 384, 1536, 1000, 512)]);
        using SentenceEncoder model = SentenceEncoder.Load(checkpoint);
        using SentenceEncoder.Session session = model.CreateSession();
        int[] tokens = [.. Enumerable.Range(0, Longest).Select(i => i * 7919 % 1000)];
        int[] lengths = [.. Enumerable.Range(1, Longest)];
        var random = new Random(1);

        double Time(int length)
        {
            long start = Stopwatch.GetTimestamp();
            session.Text.Forward(tokens.AsSpan(0, length));
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        // The very first call compiles what all lengths share; what a length adds to that is its own pause.
        double firstOfAll = Time(Longest);
        random.Shuffle(lengths);
        var firsts = lengths.ToDictionary(length => length, Time);
        var times = lengths.ToDictionary(length => length, _ => new List<double>());
        for (int pass = 0; pass < passes; pass++)
        {
            random.Shuffle(lengths);
            foreach (int length in lengths)
                times[length].Add(Time(length));
        }

        var costs = new Cost[Longest];
        double[] each = [.. Enumerable.Range(1, Longest).Select(length => Figures.Median(times[length]) / length)];
        for (int i = 0; i < Longest; i++)
        {
            int from = Math.Max(i - Neighbours, 0), to = Math.Min(i + Neighbours, Longest - 1);
            double trend = Figures.Median(each[from..(to + 1)]);
            double median = each[i] * (i + 1);
            costs[i] = new Cost(i + 1, median, each[i], (each[i] / trend) - 1, firsts[i + 1] - median);
        }

        Print(model.InstructionSet, passes, costs, firstOfAll);
        Figures.Write(options.Value("--json"), costs);
        return 0;
    }

    private static void Print(InstructionSet set, int passes, Cost[] costs, double firstOfAll)
    {
        Console.WriteLine($"MiniLM, {set}, one thread, microseconds a token, median of {passes} passes over all lengths");
        const int columns = 8;
        for (int row = 0; row < Longest; row += columns)
            Console.WriteLine($"{row + 1,4}  {string.Concat(costs[row..(row + columns)].Select(cost => $"{1000 * cost.MsPerToken,9:F1}"))}");

        Cost[] flat = [.. costs.Where(cost => cost.Length >= Flat)];
        Cost best = flat.MinBy(cost => cost.MsPerToken)!, worst = flat.MaxBy(cost => cost.MsPerToken)!;
        Cost outlier = flat.MaxBy(cost => Math.Abs(cost.FromTrend))!, pause = costs.MaxBy(cost => cost.FirstCallExtraMs)!;
        Console.WriteLine();
        Console.WriteLine($"{Flat} to {Longest}, from {1000 * best.MsPerToken:F1} (lowest) to {1000 * worst.MsPerToken:F1} us a token:");
        Console.WriteLine(Strip(flat, best.MsPerToken, worst.MsPerToken));
        Console.WriteLine($"(max - min) / min        {(worst.MsPerToken / best.MsPerToken) - 1,7:P1}   worst {worst.Length} tokens, best {best.Length}");
        Console.WriteLine($"farthest from its trend  {outlier.FromTrend,7:P1}   {outlier.Length} tokens; the trend is the median of {Neighbours} lengths to each side");
        Console.WriteLine($"first call of all        {firstOfAll,7:F1} ms, {Longest} tokens");
        Console.WriteLine($"longest first call       {pause.FirstCallExtraMs,7:F1} ms more than later ones, {pause.Length} tokens");
    }

    private static string Strip(Cost[] costs, double least, double most)
    {
        const string marks = "_.-:=+*#";
        var strip = new StringBuilder();
        foreach (Cost cost in costs)
            strip.Append(marks[(int)Math.Min(marks.Length * (cost.MsPerToken - least) / (most - least), marks.Length - 1)]);
        return strip.ToString();
    }

    /// <summary>One length: the median of its calls, and how much longer the first took.</summary>
    private sealed record Cost(int Length, double Ms, double MsPerToken, double FromTrend, double FirstCallExtraMs);
}
