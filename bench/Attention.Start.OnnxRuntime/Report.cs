using System.Diagnostics;
using System.Globalization;

namespace Attention.Start;

/// <summary>What the programs of the command <c>start</c> do alike: their input, and what they tell.</summary>
internal static class Report
{
    private const int Calls = 200;

    /// <summary>"The quick brown fox jumps over the lazy dog." as BERT's uncased vocabulary has it.</summary>
    public static readonly int[] Tokens = [101, 1996, 4248, 2829, 4419, 14523, 2058, 1996, 13971, 3899, 1012, 102];

    /// <summary>Tells of the first embedding as soon as it is there.</summary>
    public static void First(ReadOnlySpan<float> embedding)
    {
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{embedding[0]:F5} {embedding[1]:F5} {embedding[^1]:F5}"));
        Console.Out.Flush();
    }

    /// <summary>Tells the most memory that was resident until now, in bytes, and the median of further calls in milliseconds.</summary>
    public static void Rest(Action call)
    {
        using var self = Process.GetCurrentProcess();
        long resident = self.PeakWorkingSet64;
        double[] times = new double[Calls];
        foreach (ref double time in times.AsSpan())
        {
            long start = Stopwatch.GetTimestamp();
            call();
            time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{resident} {times[Calls / 2]:R}"));
    }
}
