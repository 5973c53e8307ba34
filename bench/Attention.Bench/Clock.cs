using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Attention.Bench;

/// <summary>The frequency at which this core runs now.</summary>
internal static class Clock
{
    /// <summary>The latency of a 64-bit multiplication on the x64 cores of Intel (since 2008) and AMD (since Zen).</summary>
    private const int Cycles = 3;

    private static ulong s_sink;

    /// <summary>GHz, from the fastest of several runs of a chain of multiplications, each of which waits for the one before.</summary>
    public static double Measure()
    {
        const int steps = 200_000;
        double least = double.PositiveInfinity;
        for (int run = 0; run < 20; run++)
        {
            long start = Stopwatch.GetTimestamp();
            s_sink += Chain(steps, 0x9E3779B97F4A7C15 | s_sink);
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 8.0 * Cycles * steps / least / 1e9;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ulong Chain(int steps, ulong factor)
    {
        ulong x = factor;
        for (int i = 0; i < steps; i++)
        {
            x *= factor;
            x *= factor;
            x *= factor;
            x *= factor;
            x *= factor;
            x *= factor;
            x *= factor;
            x *= factor;
        }

        return x;
    }
}
